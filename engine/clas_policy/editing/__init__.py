"""Changes to the text of a policy file: comments and order kept, written whole or not at all."""

"""What is printed from a policy: the dossier's schema, the form to fill in, the calendar."""

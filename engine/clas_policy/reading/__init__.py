"""From files to the model: strict, with places."""

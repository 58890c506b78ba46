"""What changed in meaning between two policies: one more reader of the model."""

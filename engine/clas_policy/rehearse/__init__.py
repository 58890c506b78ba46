"""Policy tests: cases run, what they cover, and the mutants that they notice."""

"""Layers of a department, and code for what YAML cannot say."""

"""Layers of a town, and no code."""

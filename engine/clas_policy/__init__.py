"""A declarative policy engine for grants: yearly rules in YAML, decisions with their reasons."""

__version__ = "0.1.0"

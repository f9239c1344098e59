"""Whisp: two people talk while both are online, and then it is gone."""

__version__ = "0.1.0"

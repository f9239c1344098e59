"""Doors to what the operating system can protect."""

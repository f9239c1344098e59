"""Fakes with the interface of the real thing."""

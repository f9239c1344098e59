"""Widgets: what is painted and clicked."""

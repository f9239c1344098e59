"""Doors to the camera and to pictures of codes."""

"""The directory and signaling server, a program of its own."""

"""The only room with tasks: it owns connections, requests and conversations."""

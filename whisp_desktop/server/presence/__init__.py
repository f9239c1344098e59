"""What all nodes of a server know together, for seconds or minutes, and never on disk."""

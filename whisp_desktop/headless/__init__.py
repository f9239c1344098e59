"""Front end without a window: JSON Lines to commands and events."""

"""What the views show, as Qt objects without widgets."""

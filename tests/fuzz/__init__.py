"""Every parser of foreign bytes under mutated and arbitrary input."""

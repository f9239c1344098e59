"""The wire specification against the program: every table of it, by its heading."""

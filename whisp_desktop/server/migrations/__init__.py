"""How a directory of an older version becomes one of this version."""

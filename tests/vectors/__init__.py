"""Public test vectors of the wire specification, and what checks a folder of them."""

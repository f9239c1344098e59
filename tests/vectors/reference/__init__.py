"""A second implementation of the wire specification, which makes the vectors.

It shares no code with the product and takes its primitives from other libraries, so that a file
and what checks it cannot agree by being wrong in the same place.
"""

"""Keys and bytes: the peer protocol, pure. No I/O, no clock, no log, no await."""

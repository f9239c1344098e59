"""User names and hosts: the two kinds of names on the wire, ASCII both."""

import re

USERNAME_PATTERN = r"^[a-z][a-z0-9_]{2,23}\Z"

_USERNAME = re.compile(USERNAME_PATTERN)
_HOST = re.compile(r"[a-z0-9.-]{1,62}(:[0-9]{1,5})?")


def is_username(name: str) -> bool:
    """Whether the name may be claimed at a server."""
    return _USERNAME.fullmatch(name) is not None


def is_host(host: str) -> bool:
    """Whether this is a server's host, with or without a port."""
    return _HOST.fullmatch(host) is not None

"""A server's address: as people type it, as cards name it, and as a URL."""

import re

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.names import is_host

_TYPED = re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[a-z0-9.-]+(?::[0-9]+)?)/?")
_LOCAL = frozenset({"localhost", "127.0.0.1"})
_MOST_PORT = 65_535


def read_server_url(typed: str) -> tuple[str, str]:
    """Return (host, URL without a slash at the end) of an address.

    A bare host means https, save where cards mean http: `localhost`, `127.0.0.1` and onion
    services. RefusedError `bad_server`: anything else, and http to any other host.
    """
    found = _TYPED.fullmatch(typed.strip().lower()) if typed.isascii() else None
    if found is None or not is_host(found["host"]) or not _is_port(found["host"]):
        raise RefusedError(
            "bad_server", "That is not the name of a server. It looks like whisp.example.org."
        )
    host = found["host"]
    scheme = found["scheme"] or ("http" if _may_be_plain(host) else "https")
    if scheme == "http" and not _may_be_plain(host):
        raise RefusedError("bad_server", "Whisp reaches this server only by https. Write https://.")
    return host, f"{scheme}://{host}"


def _may_be_plain(host: str) -> bool:
    name = host.partition(":")[0]
    return name in _LOCAL or name.endswith(".onion")


def _is_port(host: str) -> bool:
    _, colon, port = host.partition(":")
    return not colon or 0 < int(port) <= _MOST_PORT

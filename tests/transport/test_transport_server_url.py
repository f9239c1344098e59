"""Addresses of servers as people type them and as cards name them."""

import pytest

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.transport.server_url import read_server_url


@pytest.mark.parametrize(
    ("typed", "host", "url"),
    [
        ("whisp.example", "whisp.example", "https://whisp.example"),
        ("https://whisp.example/", "whisp.example", "https://whisp.example"),
        ("  HTTPS://Whisp.Example:8443 ", "whisp.example:8443", "https://whisp.example:8443"),
        ("127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost", "localhost", "http://localhost"),
        ("https://localhost:1", "localhost:1", "https://localhost:1"),
        ("http://127.0.0.1:65535", "127.0.0.1:65535", "http://127.0.0.1:65535"),
        ("a" * 56 + ".onion", "a" * 56 + ".onion", "http://" + "a" * 56 + ".onion"),
    ],
)
def test_good_addresses(typed: str, host: str, url: str) -> None:
    assert read_server_url(typed) == (host, url)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://whisp.example",
        "http://127.0.0.2:80",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://example/?.onion",
        "ftp://whisp.example",
        "https://user@whisp.example",
        "https://whisp.example/path",
        "https://whisp.example?x",
        "whisp example",
        "whisp.example:0",
        "whisp.example:65536",
        "whisp.example:",
        "https://[::1]",
        "a" * 63,
        "whisp.example\n.evil",
        "ẇhisp.example",
        "\u212a.example",
    ],
)
def test_refused_addresses(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_server_url(typed)
    assert refused.value.code == "bad_server"

"""Being offline is what the routes of this computer say."""

import socket

import pytest

from whisp_desktop.transport import network

THIS_COMPUTER = (socket.AF_INET, "127.0.0.1")
NOWHERE = (socket.AF_INET, "255.255.255.255")
"""The system lets nobody connect to it who has not asked to broadcast."""


@pytest.mark.parametrize(
    ("elsewhere", "offline"),
    [((NOWHERE,), True), ((NOWHERE, THIS_COMPUTER), False), ((THIS_COMPUTER, NOWHERE), False)],
)
def test_one_way_out_is_enough(
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: tuple[tuple[socket.AddressFamily, str], ...],
    *,
    offline: bool,
) -> None:
    monkeypatch.setattr(network, "_ELSEWHERE", elsewhere)
    assert network.is_offline() is offline

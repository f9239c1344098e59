"""People for the tests of contacts: with real keys and real statements."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_bytes

import pytest

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert, day
from whisp_desktop.protocol.keys import DeviceKeys, SigningKey

NOW = 1_800_000_000


@dataclass(frozen=True)
class Person:
    """Somebody with one device."""

    cert: DeviceCert
    card: Card
    another_cert: Callable[[], DeviceCert]


def make_person(username: str = "bob") -> Person:
    account = SigningKey.generate(token_bytes)

    def certify() -> DeviceCert:
        return DeviceCert.issue(
            account,
            DeviceKeys.generate(token_bytes),
            issued=day(NOW),
            expires=day(NOW) + 86_400,
            epoch=1,
            flags=CertFlags.CAN_REVOKE,
        )

    card = Card.issue(account, issued=day(NOW), username=username, hosts=("whisp.example",))
    return Person(certify(), card, certify)


@pytest.fixture
def now() -> int:
    return NOW


@pytest.fixture
def person() -> Callable[[str], Person]:
    return make_person

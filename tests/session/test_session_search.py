"""What a server says of somebody is believed only where it is signed and consistent."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.account import Account
from tests.fakes.memory_keychain import MemoryKeychain
from whisp_desktop.chat.book import Book
from whisp_desktop.chat.contacts import ContactBook
from whisp_desktop.protocol.certificates import DeviceCert, day
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import DeviceId, DeviceKeys
from whisp_desktop.protocol.prekeys import PrivateBundle
from whisp_desktop.protocol.revocation import RevocationKind
from whisp_desktop.protocol.server_messages import Found, FoundDevice
from whisp_desktop.session.circle import Circle
from whisp_desktop.session.events import ContactsChanged, Event, KeyChanged
from whisp_desktop.session.search import Search
from whisp_desktop.vault.profile import Profile

OWN = DeviceId(bytes(16))


class LyingServer:
    """The two look-ups of `HomeServer`, which answer what a test has put there."""

    def __init__(self) -> None:
        self.hosts: tuple[str, ...] = ("whisp.example",)
        self.answer: Found | None = None
        self.names: list[str] = []

    async def look_up_name(self, username: str) -> Found | None:
        self.names.append(username)
        return self.answer

    async def look_up_id(self, _: bytes) -> Found | None:
        raise AssertionError("nobody is seen by an id here")


class Scene:
    """One search over a book with a server that lies."""

    def __init__(self, folder: Path) -> None:
        self.book = Book(contacts=ContactBook([]))
        profile = Profile(folder / "profile", MemoryKeychain)
        self.told: list[Event] = []
        circle = Circle(self.book, profile, Account().key, OWN, self.told.append)
        self.server = LyingServer()
        server: object = self.server
        self.search = Search(circle, server, OWN)  # type: ignore[arg-type]

    async def refusal(self, name: str = "bob") -> str:
        with pytest.raises(RefusedError) as refused:
            await self.search.look_up(name)
        return refused.value.code


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def _now() -> int:
    return int(time.time())


def _cert(account: Account, *, epoch: int = 1) -> DeviceCert:
    return account.cert(issued=day(_now()), epoch=epoch)


def _device(account: Account, cert: DeviceCert, now: int | None = None) -> FoundDevice:
    keys: DeviceKeys = account.device(cert)
    bundle = PrivateBundle.make(keys, _now() if now is None else now, secrets.token_bytes)
    return FoundDevice(cert.whole, bundle.bundle.whole)


def _found(account: Account, *certs: DeviceCert, statements: bytes = b"") -> Found:
    devices = tuple(_device(account, cert) for cert in certs)
    manifest = account.manifest(certs).whole
    return Found(seq=1, devices=devices, manifest=manifest, statements=statements)


async def test_a_person_is_found_with_every_device(scene: Scene) -> None:
    bob = Account()
    scene.server.answer = _found(bob, _cert(bob), _cert(bob))
    person = await scene.search.look_up("bob")
    assert person is not None
    assert (person.account_key, len(person.devices), person.by_id) == (bob.key, 2, False)


async def test_nobody_is_nobody(scene: Scene) -> None:
    assert await scene.search.look_up("bob") is None
    assert await scene.refusal("No Name") == "bad_name"


async def test_two_accounts_in_one_answer_are_refused(scene: Scene) -> None:
    bob, eve = Account(), Account()
    cert, other = _cert(bob), _cert(eve)
    scene.server.answer = Found(
        seq=1,
        devices=(_device(bob, cert), _device(eve, other)),
        manifest=bob.manifest([cert]).whole,
        statements=b"",
    )
    assert await scene.refusal() == "server_wrong"


def _without_signature(bob: Account, cert: DeviceCert) -> Found:
    forged = cert.whole[:-1] + bytes([cert.whole[-1] ^ 1])
    device = FoundDevice(forged, _device(bob, cert).bundle)
    return Found(seq=1, devices=(device,), manifest=bob.manifest([cert]).whole, statements=b"")


def _with_bundle_of_another(bob: Account, cert: DeviceCert) -> Found:
    device = FoundDevice(cert.whole, _device(bob, _cert(bob)).bundle)
    return Found(seq=1, devices=(device,), manifest=bob.manifest([cert]).whole, statements=b"")


def _with_an_old_bundle(bob: Account, cert: DeviceCert) -> Found:
    device = _device(bob, cert, _now() - 1000)
    return Found(seq=1, devices=(device,), manifest=bob.manifest([cert]).whole, statements=b"")


def _not_in_the_manifest(bob: Account, cert: DeviceCert) -> Found:
    manifest = bob.manifest([_cert(bob)]).whole
    return Found(seq=1, devices=(_device(bob, cert),), manifest=manifest, statements=b"")


def _without_a_manifest(bob: Account, cert: DeviceCert) -> Found:
    return Found(seq=1, devices=(_device(bob, cert),), manifest=b"", statements=b"")


def _with_the_manifest_of_another(bob: Account, cert: DeviceCert) -> Found:
    manifest = Account().manifest([cert]).whole
    return Found(seq=1, devices=(_device(bob, cert),), manifest=manifest, statements=b"")


def _one_device_twice(bob: Account, cert: DeviceCert) -> Found:
    devices = (_device(bob, cert), _device(bob, cert))
    return Found(seq=1, devices=devices, manifest=bob.manifest([cert]).whole, statements=b"")


def _revoked(bob: Account, cert: DeviceCert) -> Found:
    return _found(bob, cert, statements=bob.revoke(cert, issued=_now()).whole)


def _account_over(bob: Account, cert: DeviceCert) -> Found:
    lost = _cert(bob)
    over = bob.revoke(lost, RevocationKind.DEVICE_WITH_ACCOUNT_KEY, issued=_now())
    return _found(bob, cert, statements=over.whole)


@pytest.mark.parametrize(
    "lie",
    [
        _without_signature,
        _with_bundle_of_another,
        _with_an_old_bundle,
        _not_in_the_manifest,
        _without_a_manifest,
        _with_the_manifest_of_another,
        _one_device_twice,
        _revoked,
        _account_over,
    ],
)
async def test_what_is_not_signed_right_is_not_used(
    scene: Scene, lie: Callable[[Account, DeviceCert], Found]
) -> None:
    bob = Account()
    scene.server.answer = lie(bob, _cert(bob))
    assert await scene.refusal() == "server_wrong"


async def test_another_key_under_a_contacts_name_is_refused_and_noted(scene: Scene) -> None:
    bob, eve, mallory = Account(), Account(), Account()
    contact = scene.book.contacts.add(bob.key, "bob", ("whisp.example",), _now())
    scene.server.answer = _found(eve, _cert(eve))
    assert await scene.refusal() == "key_changed"
    scene.server.answer = _found(mallory, _cert(mallory))
    assert await scene.refusal() == "key_changed"
    assert (contact.account_key, contact.changed_key) == (bob.key, eve.key)
    assert scene.told == [ContactsChanged(), KeyChanged("bob")]
    scene.server.answer = _found(bob, _cert(bob))
    person = await scene.search.look_up("bob")
    assert person is not None
    assert person.contact is not None


async def test_another_key_that_is_not_signed_right_is_not_noted(scene: Scene) -> None:
    bob, eve = Account(), Account()
    contact = scene.book.contacts.add(bob.key, "bob", ("whisp.example",), _now())
    scene.server.answer = _not_in_the_manifest(eve, _cert(eve))
    assert await scene.refusal() == "server_wrong"
    assert contact.changed_key == b""


async def test_another_device_under_the_same_key_is_no_change(scene: Scene) -> None:
    bob = Account()
    contact = scene.book.contacts.add(bob.key, "bob", ("whisp.example",), _now())
    for epoch in (1, 2):
        scene.server.answer = _found(bob, _cert(bob, epoch=epoch))
        assert await scene.search.look_up("bob")
    assert (contact.changed_key, scene.told) == (b"", [])


async def test_a_contact_of_another_server_is_not_taken_for_somebody_here(scene: Scene) -> None:
    bob = Account()
    scene.book.contacts.add(bob.key, "bob", ("elsewhere.example",), _now())
    assert await scene.refusal() == "other_server"
    assert scene.server.names == []


async def test_an_older_manifest_brings_no_device_back(scene: Scene) -> None:
    bob = Account()
    old, new = _cert(bob), _cert(bob, epoch=2)
    contact = scene.book.contacts.add(bob.key, "bob", ("whisp.example",), _now())
    contact.statements = bob.manifest([new], epoch=2).whole
    scene.server.answer = _found(bob, old)
    assert await scene.refusal() == "server_wrong"


async def test_the_answer_that_was_shown_serves_one_question(scene: Scene) -> None:
    bob = Account()
    scene.server.answer = _found(bob, _cert(bob))
    shown = await scene.search.look_up("bob")
    assert await scene.search.find("bob") is shown
    assert len(scene.server.names) == 1
    assert await scene.search.find("bob") is not shown
    assert len(scene.server.names) == 2


async def test_another_key_than_the_one_shown_stops_the_question(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, eve = Account(), Account()
    scene.server.answer = _found(bob, _cert(bob))
    await scene.search.look_up("bob")
    scene.server.answer = _found(eve, _cert(eve))
    monkeypatch.setattr("whisp_desktop.session.search._FRESH_S", 0.0)
    with pytest.raises(RefusedError) as refused:
        await scene.search.find("bob")
    assert refused.value.code == "key_changed"

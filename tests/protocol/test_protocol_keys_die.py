"""Keys die: nothing that an owner has closed can be found again, but for copies that are listed.

The list, with what was measured, is resources/docs/keys-die.md.
"""

import gc
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Protocol

import pytest

from tests.dying_keys import MASK, ratchets
from tests.harness import NOW, ROUTE, Client, agreed
from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, Manifest, day
from whisp_desktop.protocol.enrollment_new import NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.file_frames import FileReader, FileWriter
from whisp_desktop.protocol.keys import DeviceKeys, Secret, encapsulate
from whisp_desktop.protocol.pake import PakeGuest, PakeOwner, friend_use
from whisp_desktop.protocol.symmetric_state import SymmetricState

PASSWORD = b"password"

LISTED = {"PAKE password": 2}
"""Copies that outlive their owners, as in resources/docs/keys-die.md: `spake2` keeps `bytes`."""


class Owner(Protocol):
    """Something that holds secrets until it is closed."""

    def close(self) -> None: ...


def keys() -> list[Owner]:
    client = Client("alice")
    return [client.account, client.device, client.bundle]


def handshake() -> list[Owner]:
    alice, bob = Client("alice"), Client("bob")
    psk = Secret(secrets.token_bytes(32))
    initiator = alice.initiator(bob, psk)
    responder = bob.responder(initiator.write(ROUTE), psk)
    return [initiator, responder, psk, *(each.device for each in (alice, bob))]


def agreements() -> list[Owner]:
    alice, bob = Client("alice"), Client("bob")
    initiator = alice.initiator(bob)
    responder = bob.responder(initiator.write(ROUTE))
    m2, agreed_b = responder.write(ROUTE, secrets.token_bytes, encapsulate)
    agreed_a = initiator.read(m2)[1]
    return [agreed_a, agreed_b, initiator, responder, alice.device, bob.device]


def fresh_ratchets() -> list[Owner]:
    return [part for side in agreed() for part in (side.ratchet, side.agreement)]


def used_ratchets() -> list[Owner]:
    return [*ratchets(Client("alice"), Client("bob"))]


def pakes(*, done: bool) -> list[Owner]:
    password, use = Secret(PASSWORD), friend_use("bob", "12")
    guest = PakeGuest(use, password, secrets.token_bytes)
    owner = PakeOwner(use, password, secrets.token_bytes)
    p1 = guest.write()
    if done:
        owner.check(guest.read(owner.read(p1)))
    return [guest, owner, password]


def files() -> list[Owner]:
    secret = Secret(secrets.token_bytes(32))
    given: Any = (secret, bytes(32), bytes(16), 5, 0)
    return [FileWriter(*given), FileReader(*given), secret]


def enrollment(steps: int) -> list[Owner]:
    alice, keys = Client("alice"), DeviceKeys.generate(secrets.token_bytes)
    old = OldDevice(alice.account, mailbox=bytes(8), host="", now=NOW, random=secrets.token_bytes)
    new = NewDevice(old.token, keys, NOW, secrets.token_bytes)
    owners: list[Owner] = [old, new, keys, alice.account, alice.device]
    e1 = new.write()
    if steps > 1:
        old.read(e1, NOW)
        issued = day(NOW)
        e3 = new.read(
            old.write(
                issued=issued,
                expires=issued + CERT_LIFE_S,
                epoch=2,
                flags=CertFlags.HOLDS_AK,
                random=secrets.token_bytes,
                encapsulate=encapsulate,
            )
        )
        old.read_proof(e3)
    if steps > 2:
        assert new.digits is not None
        manifest = Manifest.issue(alice.account, [old.certify(new.digits)], epoch=2, issued=issued)
        e4, kpair = old.write_last(alice.card, manifest)
        owners += [kpair, new.open(e4, NOW)]
    return owners


def symmetric_state() -> list[Owner]:
    state = SymmetricState.start(b"name")
    state.key(secrets.token_bytes(32))
    return [state]


CASES: dict[str, Callable[[], list[Owner]]] = {
    "keys": keys,
    "handshake": handshake,
    "agreements": agreements,
    "fresh ratchets": fresh_ratchets,
    "used ratchets": used_ratchets,
    "PAKE, begun": lambda: pakes(done=False),
    "PAKE, done": lambda: pakes(done=True),
    "file passes": files,
    "enrollment, begun": lambda: enrollment(1),
    "enrollment, digits shown": lambda: enrollment(2),
    "enrollment, done": lambda: enrollment(3),
    "symmetric state": symmetric_state,
}

WITHOUT_LIBRARY = ("PAKE, done", "symmetric state", "enrollment, done")


def reachable(*roots: object) -> Iterator[object]:
    """Return all objects that can be reached, but for code."""
    code = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
    seen: set[int] = set()
    waiting = [*roots]
    while waiting:
        found = waiting.pop()
        if id(found) not in seen and not isinstance(found, code):
            seen.add(id(found))
            waiting += gc.get_referents(found)
            yield found


def in_library(found: object) -> bool:
    """Whether it is an object of a library that may keep a key: its inside cannot be walked."""
    module, name = type(found).__module__, type(found).__name__
    return module.startswith("spake2") or (
        module.startswith("cryptography") and ("Private" in name or "ChaCha" in name)
    )


@pytest.mark.parametrize("name", CASES)
def test_no_secret_can_be_reached_once_its_owners_are_closed(name: str) -> None:
    owners = CASES[name]()
    before = [*reachable(*owners)]
    buffers = [each for each in before if isinstance(each, bytearray) and any(each)]
    found = {bytes(each) for each in buffers}
    assert found
    assert any(map(in_library, before)) or name in WITHOUT_LIBRARY
    del before
    for owner in owners:
        owner.close()
        owner.close()
    assert not any(map(any, buffers))
    for each in reachable(*owners):
        assert not in_library(each)
        if isinstance(each, bytes | bytearray):
            assert not any(secret in each for secret in found)


def copies(process_id: int, found: dict[str, bytes]) -> dict[str, int]:
    """Count each secret's second half in all memory that the process can write to.

    Freeing writes over the first 16 bytes of a piece of memory, and leaves the rest.
    """
    counts = dict.fromkeys(found, 0)
    lines = Path(f"/proc/{process_id}/maps").read_text().splitlines()
    with Path(f"/proc/{process_id}/mem").open("rb", buffering=0) as memory:
        for line in lines:
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(each, 16) for each in place.split("-"))
            memory.seek(start)
            data = memory.read(end - start)
            assert len(data) == end - start
            for name, secret in found.items():
                counts[name] += data.count(secret[16:32])
    return counts


def measured() -> tuple[dict[str, int], dict[str, int]]:
    """Return the copies of each secret while it is in use, and after everything was closed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.dying_keys"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        masked = json.loads(child.stdout.readline())
        found = {name: bytes(byte ^ MASK for byte in data) for name, data in masked.items()}
        live = copies(child.pid, found)
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "closed\n"
        left = copies(child.pid, found)
        child.stdin.write("\n")
        child.stdin.flush()
    return live, left


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="memory of a process is read from Linux's /proc"
)
def test_a_process_that_closed_everything_has_the_listed_copies_and_no_other() -> None:
    live, left = measured()
    assert all(live.values())
    assert {name: count for name, count in left.items() if count > LISTED.get(name, 0)} == {}

"""T24: whoever takes the computer, off or locked, finds no message, no contact's name and no key.

Every file that the client opened for writing is known from its system calls; all of them, and all
else in its home and profile, are searched for what was said, for who was talked with, and for the
keys, which a real keychain keeps.
"""

import asyncio
import re
import secrets
import shutil
from base64 import b64encode, urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
import secretstorage
from jeepney.io.blocking import open_dbus_connection

from tests.journeys import keyring_bus
from tests.journeys.keyring_bus import KeyringBus
from tests.journeys.programs import BOUND_S, INSTALLED, Client, Programs, Server
from tests.journeys.steps import open_conversation, say
from whisp_desktop.chat.book import Book
from whisp_desktop.protocol.keys import AccountKeyBytes, Secret
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.sealed_file import SealedFile

pytestmark = [pytest.mark.journey, pytest.mark.slow]

STRACE = shutil.which("strace")
OPENED = re.compile(r'\b(?:open|openat|creat)\([^"\n]*"([^"\n]*)", [A-Z_|]*O_(?:WRONLY|RDWR|CREAT)')
NOT_ON_DISK = ("/dev/", "/proc/", "pipe:", "/sys/")
MAY_BE_WRITTEN = {"lock", "key-store.json", "book.sealed", "key-store.json.new", "book.sealed.new"}


@pytest_asyncio.fixture
async def ends() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.skipif(bool(keyring_bus.missing()), reason=f"missing: {keyring_bus.missing()}")
async def test_nothing_is_written_but_sealed_files_and_nothing_shows_in_them(
    tmp_path: Path, ends: AsyncExitStack
) -> None:
    assert STRACE is not None
    (tmp_path / "server").mkdir()
    server = Server(tmp_path / "server")
    ends.push_async_callback(server.close)
    await server.start()
    bus = KeyringBus(tmp_path / "keyring")
    ends.push_async_callback(bus.close)
    await bus.start()
    calls = tmp_path / "calls"
    traced = (STRACE, "-D", "-f", "-o", str(calls), "-e", "trace=open,openat,creat")
    alice = Client(
        tmp_path / "alice",
        server.url,
        # without compilers, which `ctypes` of a back end of keyring would ask for a library
        {
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
            "PATH": "/nowhere",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        passphrase=None,
        programs=Programs(client=(*traced, *INSTALLED.client)),
    )
    bob = Client(tmp_path / "bob", server.url)
    for client in (alice, bob):
        ends.push_async_callback(client.close)
        await client.start()
    words = f"planted {secrets.token_hex(8)}"
    names = [f"n{secrets.token_hex(6)}" for _ in range(2)]
    for client, name in zip((alice, bob), names, strict=True):
        await client.sign_up(name)
    await open_conversation(alice, bob)
    await say(alice, bob, words)
    await say(bob, alice, words[::-1])
    await alice.do("leave", peer=names[1])
    await alice.event("closed")
    await alice.do("rename", name=names[1], petname="Planted Petname")
    assert await alice.end_input() == 0

    ended = re.compile(rf"^{alice.process_id} +\+\+\+ exited", re.MULTILINE)  # short ids are padded
    async with asyncio.timeout(BOUND_S):
        while not ended.search(calls.read_text()):  # noqa: ASYNC110 -- strace is another process
            await asyncio.sleep(0.02)
    written = set(OPENED.findall(calls.read_text()))
    on_disk = {Path(path) for path in written if not path.startswith(NOT_ON_DISK)}
    assert tmp_path / "alice" / "book.sealed.new" in on_disk, "the calls were not seen"
    assert {path for path in on_disk if path.parent != alice.profile} == set()
    assert {path.name for path in on_disk} <= MAY_BE_WRITTEN

    entry = await asyncio.to_thread(_entry, bus.address)
    keys = [entry[start : start + 32] for start in range(1, len(entry), 32)]
    planted = [words, words[::-1], *names, "Planted Petname"]
    needles = [each.encode(form) for each in planted for form in ("utf-8", "utf-16-le")]
    for key in keys:
        needles += [key, key.hex().encode(), b64encode(key).rstrip(b"=")[:-1]]
    home = alice.profile.with_suffix(".home")
    files = [path for top in (alice.profile, home) for path in top.rglob("*") if path.is_file()]
    assert alice.profile / "book.sealed" in files
    for path in files:
        whole = path.read_bytes()
        assert not [needle for needle in needles if needle in whole], f"found in {path.name}"

    with Secret(keys[3]) as key:
        book = SealedFile(alice.profile / "book.sealed", key, Disk()).read()
    assert names[1].encode() in book, "what was looked for is not there under its key either"
    assert words.encode() not in book


def _entry(address: str) -> bytes:
    with open_dbus_connection(address) as connection:
        (item,) = secretstorage.get_default_collection(connection).get_all_items()
        return urlsafe_b64decode(item.get_secret())


def test_the_size_of_the_book_tells_only_its_class(tmp_path: Path) -> None:
    path = tmp_path / "book.sealed"
    with Secret(bytes(32)) as key:
        sizes = []
        book = Book()
        for number in range(40):
            account_key = AccountKeyBytes(number.to_bytes(32, "big"))
            book.contacts.add(
                account_key, f"contact{number}", ("whisp.example.org",), 1_800_000_000
            )
            SealedFile(path, key, Disk()).write(book.encode())
            sizes.append(path.stat().st_size)
    frame_bytes = 5 + 24 + 16
    assert {size - frame_bytes for size in sizes} == {4_096, 8_192}
    assert sizes == sorted(sizes)
    assert len(set(sizes[:10])) == 1, "one contact more shows"

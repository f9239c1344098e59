"""What a person types, scans or pipes in, and the files that a profile keeps."""

from base64 import urlsafe_b64encode
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from tests.fuzz.statement_targets import TOKEN
from tests.fuzz.target import Target, from_text
from tests.fuzz.world import ALICE, BOB
from tests.harness import NOW
from whisp_desktop.chat.book import Book, OwnAccount
from whisp_desktop.headless.fields import Fields, read_object
from whisp_desktop.headless.lines import LineSplitter
from whisp_desktop.headless.orders import ORDERS, order
from whisp_desktop.protocol.errors import RefusedError, WhispError
from whisp_desktop.protocol.friend_code import printed_normal, split_code
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.qr_text import (
    base45_decode,
    base45_encode,
    parse_sheet_qr,
    parse_statement_qr,
    sheet_qr,
    statement_qr,
)
from whisp_desktop.protocol.recovery import parse_sheet, sheet_text
from whisp_desktop.protocol.versions import check_version
from whisp_desktop.session.cards import read_card
from whisp_desktop.session.joining import read_code
from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.identity import Identity, KeptKeys
from whisp_desktop.vault.key_store_record import KeyStoreRecord
from whisp_desktop.vault.key_stores import KeychainEntry, PassphraseFile
from whisp_desktop.vault.keychain import OsKeychain
from whisp_desktop.vault.passphrase import Cost, seal
from whisp_desktop.vault.sealed_file import SealedFile, _seal

KEY = b"k" * 32
PASSPHRASE = Secret(b"a passphrase")
SHEET = b"\x50" + bytes(64)
PLACE = Path("file")
CHEAP = Cost(passes=1, memory_kib=8)


class _OneFile(Disk):
    """A disk whose every file holds these bytes, and on which files change their names freely."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def read(self, path: Path) -> bytes | None:  # noqa: ARG002 -- every file
        return self._whole

    def exists(self, path: Path) -> bool:  # noqa: ARG002 -- every file
        return False

    def replace(self, fresh: Path, path: Path) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


def _kept_keys() -> bytes:
    with KeptKeys(Identity(Secret(KEY), Secret(KEY), Secret(KEY)), Secret(KEY)).encode() as whole:
        return bytes(whole.data)


def _entry(data: bytes) -> KeptKeys:
    text = data.decode("utf-8", "surrogateescape")
    backend: Any = SimpleNamespace(get_password=lambda *_: text)
    return KeychainEntry(OsKeychain(backend, "SecretService"), "entry").read()


def _passphrase_file(whole: bytes) -> KeptKeys:
    return PassphraseFile(PLACE, _OneFile(whole), PASSPHRASE, CHEAP).read()


def _book() -> bytes:
    account = OwnAccount(
        username="alice",
        servers=("https://whisp.example",),
        cert=ALICE.cert.whole,
        card=ALICE.card.whole,
        manifest=b"manifest",
        registered=True,
    )
    book = Book(account)
    contact = book.contacts.add(BOB.card.account_key, "bob", BOB.card.hosts, NOW)
    contact.meet(BOB.cert, Secret(KEY), confirmed=False)
    return book.encode()


def _line(data: bytes) -> None:
    """Read a line as the desk of the program without a window does, up to its command."""
    fields = Fields(read_object(bytearray(data)))
    fields.order_id()
    order(fields.text("do")).read(fields)
    fields.done()


def _lines(data: bytes) -> None:
    """Cut a stream; its lines are what `split` says, however it came in."""
    splitter = LineSplitter()
    half = len(data) // 2
    found: list[object] = [
        *splitter.feed(data[:half]),
        *splitter.feed(data[half:]),
        *splitter.finish(),
    ]
    *ended, rest = data.split(b"\n")
    assert found == [*ended, *([rest] if rest else [])]


_VALUES = {
    "lifetime_s": 60,
    "typing": True,
    "seen": False,
    "agreed": True,
    "reply_to": "m1",
}
_FIELDS = {
    "unlock": ("passphrase",),
    "create_account": ("name", "server"),
    "check_name": ("name",),
    "look_up": ("name",),
    "ask": ("name",),
    "withdraw": ("request",),
    "accept": ("request",),
    "decline": ("request",),
    "block": ("request",),
    "send": ("peer", "text", "lifetime_s", "reply_to"),
    "history": ("peer",),
    "set_timer": ("peer", "lifetime_s"),
    "delete": ("peer", "message"),
    "typing": ("peer",),
    "leave": ("peer",),
    "marks": ("typing", "seen"),
    "rename": ("name", "petname"),
    "remove": ("name",),
    "unblock": ("name",),
    "safety": ("name",),
    "verify": ("name", "digits"),
    "recovery_sheet": ("passphrase",),
    "recover": ("text", "passphrase", "server"),
    "set_passphrase": ("old", "new"),
    "move_keys": ("to", "passphrase"),
    "rename_device": ("device_id", "name"),
    "revoke": ("device_id", "reason"),
    "share_contacts": ("device_id", "agreed"),
    "changed_key": ("name",),
    "take_changed_key": ("name",),
    "keep_known_key": ("name",),
    "add": ("text",),
    "enroll_scan": ("qr",),
    "enroll_enter": ("server", "code"),
    "enroll_confirm": ("digits",),
}
LINES = tuple(
    msgspec.json.encode(
        {"id": 1, "do": name, **{each: _VALUES.get(each, "é") for each in _FIELDS.get(name, ())}}
    )
    for name in ORDERS
)

PERSONS = (
    Target("headless.fields.read_object", _line, LINES, RefusedError),
    Target("headless.lines.LineSplitter.feed", _lines, (b"a\n\nb",), RefusedError),
    Target(
        "protocol.friend_code.printed_normal",
        from_text(printed_normal),
        (b"ABCD-1234-xo",),
        RefusedError,
    ),
    Target(
        "protocol.friend_code.split_code",
        from_text(split_code),
        (b"04 1234 5678", b"04-ABCDE-FGH1o"),
        RefusedError,
    ),
    Target(
        "protocol.recovery.parse_sheet",
        from_text(parse_sheet),
        (sheet_text(SHEET).encode(), sheet_qr(SHEET).encode()),
        WhispError,
    ),
    Target(
        "protocol.qr_text.parse_sheet_qr", from_text(parse_sheet_qr), (sheet_qr(SHEET).encode(),)
    ),
    Target(
        "protocol.qr_text.parse_statement_qr",
        from_text(parse_statement_qr),
        (statement_qr(ALICE.card.whole).encode(), statement_qr(TOKEN.whole).encode()),
    ),
    Target("session.joining.read_code", from_text(read_code), (b"4821 7390 5516",), RefusedError),
    Target(
        "protocol.qr_text.base45_decode", from_text(base45_decode), (base45_encode(KEY).encode(),)
    ),
    Target(
        "session.cards.read_card",
        from_text(read_card),
        (
            statement_qr(ALICE.card.whole).encode(),
            Invite(ALICE.card, (KEY,)).link.encode(),
        ),
        RefusedError,
    ),
    Target(
        "protocol.invite.Invite.parse",
        from_text(Invite.parse),
        (
            Invite(ALICE.card, (None,)).link.encode(),
            Invite(ALICE.card, (KEY,)).link.encode(),
        ),
    ),
    Target(
        "protocol.versions.check_version",
        from_text(lambda text: check_version("a version", text, "W", ":")),
        (b"W1:x", b"V2:x"),
    ),
    Target(
        "chat.book.Book.decode", lambda data: Book.decode(data).close(), (_book(),), RefusedError
    ),
    Target(
        "vault.sealed_file.SealedFile.read",
        lambda whole: SealedFile(PLACE, Secret(KEY), _OneFile(whole)).read(),
        (_seal(Secret(KEY), b"data"),),
        RefusedError,
        exact=True,
    ),
    Target(
        "vault.key_store_record.KeyStoreRecord.read",
        lambda whole: KeyStoreRecord.read(PLACE, _OneFile(whole)),
        (b'{"version":1,"store":"os-keychain:KWallet","entry":"e","complete":true}',),
        RefusedError,
    ),
    Target(
        "vault.key_stores.PassphraseFile.read",
        _passphrase_file,
        (seal(PASSPHRASE, Secret(_kept_keys()), CHEAP),),
        RefusedError,
        exact=True,
    ),
    Target(
        "vault.key_stores.KeychainEntry.read",
        _entry,
        (urlsafe_b64encode(_kept_keys()),),
        RefusedError,
    ),
)

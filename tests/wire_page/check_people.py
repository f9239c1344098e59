"""Codes, links, the PAKE, enrollment, recovery sheets and rendezvous ids."""

import secrets

import pytest
from spake2.parameters.ed25519 import ParamsEd25519

from tests.wire_page.check_handshake import card_field
from tests.wire_page.layout import ZEROS, between, byte, fixed, layout_of, letters, number
from tests.wire_page.meeting import Enrollment, replay
from tests.wire_page.page import NOTHING, Check, Table, value_of
from tests.wire_page.pake_run import PakeRun
from tests.wire_page.paper import only_sheet, stretch
from tests.wire_page.samples import BUNDLE, CERT, card, manifest_bytes, token
from whisp_desktop.chat.pair_keys import MOST_PAIR_KEYS
from whisp_desktop.chat.presence import MOST_ANNOUNCED, MOST_WATCHED
from whisp_desktop.protocol import friend_code as codes
from whisp_desktop.protocol import guesses, invite
from whisp_desktop.protocol.enrollment import MOST_HOST_BYTES
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.friend_code import (
    PRINTED_CHARACTERS,
    RENDEZVOUS_WINDOW_S,
    friend_code,
    printed_secret,
    split_code,
)
from whisp_desktop.protocol.invite import PIN_BYTES, Invite
from whisp_desktop.protocol.padding import MEETING_FRAME_BYTES
from whisp_desktop.protocol.pake import MOST_PAYLOAD_BYTES, enrollment_use, friend_use
from whisp_desktop.protocol.qr_text import (
    MOST_QR_CHARACTERS,
    parse_sheet_qr,
    parse_statement_qr,
    sheet_qr,
    statement_qr,
)
from whisp_desktop.protocol.recovery import sheet_text


def _texts(table: Table) -> None:
    fullest = card("abc", ("a" * 62, "b" * 25))
    qr, sheet = statement_qr(fullest.whole), only_sheet().whole
    assert len(qr) == len(statement_qr(token("a" * MOST_HOST_BYTES).whole)) == MOST_QR_CHARACTERS
    assert parse_statement_qr(qr) == fullest.whole
    assert parse_sheet_qr(sheet_qr(sheet)) == sheet
    link = Invite(fullest, (bytes(PIN_BYTES), None)).link
    assert Invite.parse(link).card == fullest
    with pytest.raises(PeerError, match="no invite link"):
        Invite.parse(link.ljust(invite._MOST_CHARACTERS + 1, "A"))
    with pytest.raises(PeerError, match="base64url"):
        Invite.parse(link.ljust(invite._MOST_CHARACTERS, "A"))
    typed = sheet_text(sheet).replace(" ", "")
    printed = printed_secret(secrets.token_bytes)
    rows = [
        ("QR of a card or a token", qr[:3], str(MOST_QR_CHARACTERS)),
        ("QR of a recovery sheet", sheet_qr(sheet)[:4], str(MOST_QR_CHARACTERS)),
        ("invite link", link[:8], str(invite._MOST_CHARACTERS)),
        ("recovery sheet, typed", NOTHING, str(len(typed))),
        ("printed friend code without its door", NOTHING, str(len(printed))),
    ]
    table.compare(rows, "what", "begins with", "characters, at most")


def _points(table: Table) -> None:
    points = [("M", ParamsEd25519.M), ("N", ParamsEd25519.N)]
    table.compare([(name, point.to_bytes().hex()) for name, point in points], "point", "encoded")


def _pake_frames(table: Table) -> None:
    run = PakeRun()
    wholes = {"p1": run.p1, "p2": run.p2, "p3": run.p3, "p4": run.p4, "filled": run.filled}
    fields = {
        "p1": (byte(0x40), letters(b"A"), fixed("X", run.p1[2:34]), fixed("zeros", bytes(2014))),
        "p2": (byte(0x41), letters(b"B"), fixed("Y", run.p2[2:34]), fixed("zeros", bytes(2014))),
        "p3": (byte(0x42), fixed("mac", run.p3[1:33]), fixed("zeros", bytes(2015))),
        "p4": (byte(0x43), fixed("sealed_filled", run.p4[1:])),
        "filled": (
            number("payload_length", 2, len(run.payload)),
            between("payload", run.payload, 0, MOST_PAYLOAD_BYTES),
            ZEROS,
        ),
    }
    assert len(CERT.whole + BUNDLE.whole) <= MOST_PAYLOAD_BYTES
    rows = [
        (name, str(len(wholes[name])), layout_of(wholes[name], *each))
        for name, each in fields.items()
    ]
    table.compare(rows, "frame", "bytes", "layout")


def _pake_uses(table: Table) -> None:
    uses = {
        "friend code": friend_use("bob", "12"),
        "enrollment by code": enrollment_use("1234"),
    }
    values = {"username": b"bob", "door": b"12", "number": b"1234"}
    rows = {use: (guest, owner) for use, guest, owner, _ in table.rows}
    assert rows.keys() == uses.keys()
    for name, (guest, owner) in rows.items():
        assert value_of(guest, values) == uses[name].guest_id
        assert value_of(owner, values) == uses[name].owner_id
    digits = f"{codes._CODE_DIGITS} digits"
    passwords = [(f"{digits}, or {PRINTED_CHARACTERS} characters",), (digits,)]
    table.compare(passwords, "password", prose="use, idA, idB")


def _friend_codes(table: Table) -> None:
    seed = secrets.token_bytes(32)
    numbers = table.pairs("what", "number")
    slots = int(numbers["slots"])
    last = [friend_code(seed, slots - 1, 60, now) for now in (0, 60)]
    beyond = friend_code(seed, slots, 60, 0)
    assert [len(code) for code in (*last, beyond)] == [10, 10, 11]
    door, password = split_code(last[0])
    printed = split_code("12" + printed_secret(secrets.token_bytes))[1]
    with pytest.raises(RefusedError):
        split_code(last[0] + "1")
    rows = {
        "slots": slots,
        "digits of a door": len(door),
        "digits of a rotating code behind its door": len(password),
        "characters of a printed code behind its door": len(printed),
        "failed runs in a window": guesses.MOST_IN_WINDOW,
        "failed runs in a row": guesses.MOST_IN_ROW,
        "seconds from p2 to a good p3": guesses.PROOF_S,
        "seconds that a door is closed after too many": guesses.CLOSED_S,
    }
    table.compare_numbers(rows, "what", "number")


def _enrollment_frames(table: Table) -> None:
    done = Enrollment()
    values, frames = done.values, done.frames
    e1, e2, e3, e4 = frames.values()
    offer, last, keys = values["offer"], values["last"], values["keys"]
    seed, papers = last[252:284], done.alice.card.whole
    whole_manifest = done.manifest.whole
    fields = {
        "e1": (
            byte(0x30),
            fixed("EN", values["EN"].public),
            fixed("ekN", e1[33:1217]),
            fixed("sealed_keys", e1[1217:1297]),
            fixed("zeros", bytes(751)),
        ),
        "keys": (fixed("DKs", keys[:32]), fixed("DKd", keys[32:])),
        "e2": (
            byte(0x31),
            fixed("EO", values["EO"].public),
            fixed("ctN", e2[33:1121]),
            fixed("sealed_offer", e2[1121:1254]),
            fixed("zeros", bytes(794)),
        ),
        "offer": (
            fixed("AK", done.cert.account_key),
            fixed("DKs", done.cert.signing_key),
            fixed("DKd", done.cert.agreement_key),
            number("issued", 8, done.cert.issued),
            number("expires", 8, done.cert.expires),
            number("epoch", 4, done.cert.epoch),
            number("flags", 1, done.cert.flags),
        ),
        "e3": (byte(0x32), fixed("sealed_PoP", e3[1:81]), fixed("zeros", bytes(1967))),
        "e4": (byte(0x33), fixed("sealed_last", e4[1:2001]), fixed("zeros", bytes(47))),
        "last": (
            fixed("cert", done.cert.whole),
            fixed("AK_seed", seed),
            number("card_length", 2, len(papers)),
            card_field("card", papers),
            number("manifest_length", 2, len(whole_manifest)),
            between("manifest", whole_manifest, *manifest_bytes()),
            ZEROS,
        ),
    }
    wholes = {**frames, "keys": keys, "offer": offer, "last": last}
    assert {len(frame) for frame in frames.values()} == {MEETING_FRAME_BYTES}
    rows = [
        (name, str(len(wholes[name])), _from(name), layout_of(wholes[name], *each))
        for name, each in fields.items()
    ]
    table.compare(rows, "frame", "bytes", "from", "layout")


def _from(name: str) -> str:
    return "new" if name in {"e1", "keys", "e3"} else "old"


def _enrollment_steps(table: Table) -> None:
    done = Enrollment()
    frames = done.frames
    sealed = {
        "e1 Enc(keys)": frames["e1"][1217:1297],
        "e2 Enc(offer)": frames["e2"][1121:1254],
        "e3 Enc(PoP)": frames["e3"][1:81],
        "e4 Enc(last)": frames["e4"][1:2001],
    }
    after = replay(table, done.values, sealed)
    h, ck = after["e2"]
    shown = value_of("Expand(ck, <digits> ‖ h, 8)", {"ck": ck, "h": h})
    assert f"{int.from_bytes(shown, 'big') % 10**6:06}" == done.digits
    h, ck = after["e4"]
    assert value_of("Expand(ck, <enroll-pair> ‖ h, 32)", {"ck": ck, "h": h}) == done.kpair


def _sheet(table: Table) -> None:
    whole = only_sheet().whole
    layout = layout_of(
        whole, byte(0x50), fixed("salt", whole[1:17]), fixed("sealed_seed", whole[17:])
    )
    table.compare([("sheet", str(len(whole)), layout)], "what", "bytes", "layout")


def _argon2id(table: Table) -> None:
    names = ("passes", "KiB of memory", "lanes", "bytes of the key")
    values = table.pairs("parameter", "value")
    assert values.keys() == {"version", *names}
    assert values["version"] == "1.3"
    assert stretch(*(int(values[name]) for name in names)) == only_sheet().key


def _rendezvous(table: Table) -> None:
    numbers = {
        "seconds of a window": RENDEZVOUS_WINDOW_S,
        "KPAIRs kept for a pair of devices, at most": MOST_PAIR_KEYS,
        "ids announced, at most": MOST_ANNOUNCED,
        "ids watched, at most": MOST_WATCHED,
    }
    table.compare_numbers(numbers, "what", "number")


CHECKS: dict[str, Check] = {
    "Texts": _texts,
    "Points of SPAKE2": _points,
    "PAKE frames": _pake_frames,
    "PAKE uses": _pake_uses,
    "Numbers of friend codes": _friend_codes,
    "Enrollment frames": _enrollment_frames,
    "Steps of an enrollment": _enrollment_steps,
    "Recovery sheet": _sheet,
    "Argon2id": _argon2id,
    "Numbers of rendezvous": _rendezvous,
}

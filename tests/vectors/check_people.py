"""What people compare, type and keep: safety numbers, friend codes, ids, recovery sheets."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, the_list, the_object
from tests.vectors.expect import same
from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.friend_code import (
    friend_code,
    group_rendezvous_id,
    printed_normal,
    rendezvous_id,
)
from whisp_desktop.protocol.keys import AgreementKey, DeviceId, DeviceKeys, Secret, SigningKey
from whisp_desktop.protocol.kin import kin_key
from whisp_desktop.protocol.qr_text import sheet_qr
from whisp_desktop.protocol.recovery import open_sheet, parse_sheet, seal_sheet, sheet_text
from whisp_desktop.protocol.safety_number import safety_number


def _safety_number(entry: Fields) -> None:
    one, other = entry.hex("ak_one", "ak_other")
    same(safety_number(one, other), entry["digits"])
    same(safety_number(other, one), entry["digits"])


def _code(entry: Fields) -> None:
    seed = entry.bytes_of("seed")
    found = friend_code(seed, entry.number("slot"), entry.number("period"), entry.number("now"))
    same(found, entry["code"])


def _printed(entry: list[str]) -> None:
    typed, normal = entry
    same(printed_normal(typed), normal)


def _rendezvous(entry: Fields) -> None:
    kpair, announcer = entry.hex("kpair", "announcer")
    same(
        rendezvous_id(Secret(kpair), DeviceId(announcer), entry.number("now")), entry.bytes_of("id")
    )


def _kin(entry: Fields) -> None:
    signing, agreement, cert = entry.hex("signing_seed", "agreement_private", "cert")
    device = DeviceKeys(SigningKey(Secret(signing)), AgreementKey(Secret(agreement)))
    same(bytes(kin_key(device, DeviceCert.parse(cert)).data), entry.bytes_of("kpair"))


def _group_rendezvous(entry: Fields) -> None:
    roster, announcer = entry.hex("roster", "announcer")
    same(
        group_rendezvous_id(roster, DeviceId(announcer), entry.number("now")), entry.bytes_of("id")
    )


def _sheet(entry: Fields) -> None:
    sheet, seed, salt = entry.hex("sheet", "ak_seed", "salt")
    same(sheet_qr(sheet), entry["qr"])
    same(sheet_text(sheet), entry["text"])
    same(parse_sheet(entry["qr"]), sheet)
    same(parse_sheet(entry["text"]), sheet)
    passphrase = Secret(entry["passphrase"].encode())
    same(seal_sheet(passphrase, salt, Secret(seed)), sheet)
    same(bytes(open_sheet(sheet, passphrase).data), seed)


_FRIEND_CODE_PARTS: dict[str, Callable[[Any], None]] = {
    "codes": _code,
    "printed_normal": _printed,
    "rendezvous": _rendezvous,
    "kin": _kin,
    "group_rendezvous": _group_rendezvous,
}

Entries = Iterator[tuple[str, Callable[[], None]]]


def _friend_code_entries(document: Any) -> Entries:
    vectors = the_object(document)
    for part, check in _FRIEND_CODE_PARTS.items():
        yield from _numbered(part, check, vectors.items_of(part))


def _numbered(part: str, check: Callable[[Any], None], entries: Any) -> Entries:
    for number, entry in enumerate(the_list(entries), 1):
        yield f"{part} {number}", partial(check, entry)


CHECKS: dict[str, Callable[[Any], Entries]] = {
    "safety_number.json": partial(_numbered, "number", _safety_number),
    "friend_code.json": _friend_code_entries,
    "recovery_sheet.json": partial(_numbered, "sheet", _sheet),
}

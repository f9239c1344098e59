"""enrollment.json: whole enrollments, both sides, from the token to the pair's key."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.document import Fields, the_list
from tests.vectors.expect import encapsulation, given, refuses, same
from tests.vectors.transcript import enc, key, mix, replay
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CertFlags, Manifest
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.enrollment_frames import pair_key
from whisp_desktop.protocol.enrollment_new import Enrolled, NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import AgreementKey, DeviceKeys, Secret, SigningKey

_NAME = b"Whisp_Enroll_25519_MLKEM768_ChaChaPoly_SHA256_v1"


def _old(entry: Fields) -> OldDevice:
    token = entry["token"]
    ak_seed = Secret(entry.bytes_of("ak_seed"))
    mailbox = token.bytes_of("mailbox")
    fresh = given(*token.hex("eph_private", "psk"))
    account = SigningKey(ak_seed)
    old = OldDevice(
        account, mailbox=mailbox, host=token["host"], now=entry.number("now"), random=fresh
    )
    same(old.token.whole, token.bytes_of("whole"))
    return old


def _new(entry: Fields) -> NewDevice:
    signing, agreement = map(Secret, entry["new"].hex("dks_seed", "dkd_private"))
    keys = DeviceKeys(SigningKey(signing), AgreementKey(agreement))
    fresh = given(*entry.hex("EN_private", "ekN_seed_d_z"))
    return NewDevice(
        Token.parse(entry["token"].bytes_of("whole")), keys, entry.number("now"), fresh
    )


def _offer(entry: Fields, old: OldDevice) -> bytes:
    """Return e2."""
    offer = entry["offer"]
    return old.write(
        issued=offer.number("issued"),
        expires=offer.number("expires"),
        epoch=offer.number("epoch"),
        flags=CertFlags(offer.number("flags")),
        random=given(entry.bytes_of("EO_private")),
        encapsulate=encapsulation(entry.bytes_of("kem_m")),
    )


def _refuse_all(read: Callable[[bytes], Any], refusals: list[Fields]) -> None:
    for refusal in refusals:
        refuses(read, refusal.bytes_of("frame"))


def _check_run(entry: Fields) -> None:
    old, new, now = _old(entry), _new(entry), entry.number("now")
    e1, e2, e3, e4 = entry.hex("e1", "e2", "e3", "e4")
    same(new.write(), e1)
    _refuse_all(partial(old.read, now=now), entry.items_of("refused_e1"))
    old.read(e1, now)
    same(_offer(entry, old), e2)
    _refuse_all(new.read, entry.items_of("refused_e2"))
    same(new.read(e2), e3)
    same(new.digits, entry["digits"])
    _refuse_all(old.read_proof, entry.items_of("refused_e3"))
    old.read_proof(e3)
    same(old.certify(entry["digits"]).whole, entry.bytes_of("cert"))
    [card, manifest] = entry.hex("card", "manifest")
    last, kpair = old.write_last(Card.parse(card), Manifest.parse(manifest))
    same(last, e4)
    same(bytes(kpair.data), entry.bytes_of("kpair"))
    _refuse_all(partial(new.open, now=now), entry.items_of("refused_e4"))
    _check_enrolled(entry, new.open(e4, now))


def _check_enrolled(entry: Fields, enrolled: Enrolled) -> None:
    seed = bytes(32) if enrolled.account_seed is None else bytes(enrolled.account_seed.data)
    found = (enrolled.cert.whole, enrolled.card.whole, enrolled.manifest.whole, seed)
    same([*found], entry.hex("cert", "card", "manifest", "account_seed"))
    same(bytes(enrolled.kpair.data), entry.bytes_of("kpair"))


def _check_wrong_digits(entry: Fields) -> None:
    for digits in entry.items_of("wrong_digits"):
        old = _old(entry)
        [e1, e3] = entry.hex("e1", "e3")
        old.read(e1, entry.number("now"))
        _offer(entry, old)
        old.read_proof(e3)
        try:
            old.certify(digits)
        except RefusedError:
            continue
        raise AssertionError(f"the digits {digits} passed, and must not")


def _check_steps(entry: Fields) -> None:
    e1, e2, e3, e4 = entry.hex("e1", "e2", "e3", "e4")
    plan = [
        mix("token", entry["token"].bytes_of("whole")),
        mix("e1", e1[:1217]),
        *map(key, ("DH(EN, EPH)", "psk")),
        enc("e1", e1[1217:1297]),
        mix("e2", e2[:1121]),
        *map(key, ("DH(EO, EN)", "ssN")),
        enc("e2", e2[1121:1254]),
        mix("e3", e3[:1]),
        key("nothing"),
        enc("e3", e3[1:81]),
        mix("e4", e4[:1]),
        key("nothing"),
        enc("e4", e4[1:2001]),
    ]
    same(bytes(pair_key(replay(_NAME, plan, entry["steps"])).data), entry.bytes_of("kpair"))


_PARTS = {"": _check_run, ": steps": _check_steps, ": wrong digits": _check_wrong_digits}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for entry in the_list(document):
        for part, check in _PARTS.items():
            yield f"{entry.get('name')}{part}", partial(check, entry)


CHECKS = {"enrollment.json": _entries}

"""session.json: a whole session, made from its inputs and opened by the other side."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.conversation import play_events, play_in_order
from tests.vectors.device import Device, card_of, device_of
from tests.vectors.document import Fields, the_object
from tests.vectors.expect import bytes_in_words, encapsulation, given, refuses, same
from tests.vectors.transcript import enc, key, mix, replay
from whisp_desktop.protocol.aead import open_sealed
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileReader, FileWriter
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.ratchet import Ratchet

_WHK1 = b"Whisp_PQXDH_25519_MLKEM768_ChaChaPoly_SHA256_v1"
_SECRETS = ("rk", "hka", "nhkb", "fa", "fb", "kpair")


def _check_handshake(
    entry: Fields, a: Device, b: Device, bundle: PrivateBundle
) -> tuple[Agreement, Agreement]:
    card_a, card_b = (card_of(one.account, entry[side]) for one, side in ((a, "A"), (b, "B")))
    same([card_a.whole, card_b.whole], [entry["A"].bytes_of("card"), entry["B"].bytes_of("card")])
    m1, m2, route_a, route_b = entry.hex("m1", "m2", "route_A", "route_B")
    psk = Secret(entry.bytes_of("psk"))
    to_b, to_a = map(encapsulation, entry["kem_m"].hex("ct1", "ct2"))
    their_bundle = Bundle.parse(bundle.bundle.whole, b.cert)
    fresh = given(*entry.hex("EA_private", "ekA_seed_d_z"))
    initiator = Initiator(a.keys, a.cert, card_a, b.cert, their_bundle, psk, fresh, to_b)
    same(initiator.write(route_a), m1)
    read = partial(
        Responder.read, bundle=bundle, device=b.keys, cert=b.cert, psk=psk, now=entry.number("now")
    )
    for refusal in entry.items_if_any("refused_m1"):
        refuses(read, refusal.bytes_of("m1"))
    responder = read(m1)
    same((responder.cert, responder.card, responder.route), (a.cert, card_a, route_a))
    fresh = given(*entry.hex("EB_private", "ekR_seed_d_z"))
    made, agreed_b = responder.write(route_b, fresh, to_a)
    same(made, m2)
    for refusal in entry.items_if_any("refused_m2"):
        refuses(initiator.read, refusal.bytes_of("m2"))
    opened, agreed_a = initiator.read(m2)
    same(opened, route_b)
    for agreed in (agreed_a, agreed_b):
        same(_secrets(agreed), entry["secrets"].hex("sid", *_SECRETS))
    return agreed_a, agreed_b


def _secrets(agreed: Agreement) -> list[bytes]:
    return [agreed.sid, *(bytes(getattr(agreed, name).data) for name in _SECRETS)]


def _check_steps(entry: Fields) -> None:
    """Do each step over; the state after the last is the one that the secrets come from."""
    m1, m2, cert_b, bundle_b = (
        *entry.hex("m1", "m2"),
        entry["B"].bytes_of("cert"),
        entry["bundle"].bytes_of("whole"),
    )
    plan = [
        mix("cert_B", cert_b),
        mix("bundle_B", bundle_b),
        mix("the first 1129 bytes of m1", m1[:1129]),
        *map(key, ("DH(EA, SPK_B)", "DH(EA, DKd_B)", "ss1")),
        enc("cert_A", m1[1129:1397]),
        *map(key, ("DH(DKd_A, SPK_B)", "psk")),
        enc("P1", m1[1397:]),
        mix("the first 1121 bytes of m2", m2[:1121]),
        *map(key, ("DH(EB, EA)", "DH(EB, DKd_A)", "ss2")),
        enc("P2", m2[1121:]),
    ]
    state = replay(_WHK1, plan, entry["steps"])
    agreed = Agreement.split(state, initiator=True)
    same(_secrets(agreed), entry["secrets"].hex("sid", *_SECRETS))


def _check_fins(entry: Fields, agreed: Agreement, refused: list[Fields]) -> None:
    bound = (agreed.sid, *entry.hex("fpA", "fpB", "exporter"))
    for own, fin in zip((agreed.fa, agreed.fb), entry.hex("from_A", "from_B"), strict=True):
        same(fin_message(own, *bound), fin)
        check_fin(fin, own, *bound)
    for refusal in refused:
        refuses(lambda fin: check_fin(fin, agreed.fb, *bound), refusal.bytes_of("from_B"))


def _check_file(entry: Fields, sid: bytes) -> None:
    data = bytes_in_words(entry["data"], entry.number("size"))
    same(hashlib.sha256(data).hexdigest(), entry["sha256"])
    file_id = entry.bytes_of("file_id")
    frames = _check_pass(entry, sid, file_id, data, 0)
    same([frames[1][:21].hex(), frames[1][-16:].hex()], entry["frame_1_head_and_tag"])
    if "resumed" in entry:
        resumed = entry["resumed"]
        _check_pass(resumed, sid, file_id, data, resumed.number("from"))


def _check_pass(entry: Fields, sid: bytes, file_id: bytes, data: bytes, start: int) -> list[bytes]:
    """Seal and open every frame of a pass, and return them."""
    secret, pass_, content_key = entry.hex("secret", "pass", "key")
    of_pass = (Secret(secret), sid, file_id, len(data), start)
    writer, reader = FileWriter(*of_pass), FileReader(*of_pass)
    places = range(start * CHUNK_BYTES, len(data), CHUNK_BYTES)
    chunks = [data[at : at + CHUNK_BYTES] for at in places]
    frames = [writer.seal(chunk) for chunk in chunks]
    same([reader.open(frame) for frame in frames], chunks)
    same((writer.done, reader.done), (True, True))
    same([hashlib.sha256(frame).hexdigest() for frame in frames], entry["frame_sha256"])
    head, sealed = frames[0][:21], frames[0][21:]
    same(head[1:17], pass_)
    ad = sid + head + len(data).to_bytes(8, "big")
    open_sealed(content_key, bytes(8) + head[17:], ad, sealed)
    return frames


def _check_session(entry: Any) -> None:
    a, b = device_of(entry["A"]), device_of(entry["B"])
    fresh = entry["bundle"].hex("bundle_id", "spk_private", "ek_seed_d_z")
    bundle = PrivateBundle.make(b.keys, entry.number("now"), given(*fresh))
    same(bundle.bundle.whole, entry["bundle"].bytes_of("whole"))
    agreed_a, agreed_b = _check_handshake(entry, a, b, bundle)
    if "steps" in entry:
        _check_steps(entry)
    _check_fins(entry["fin"], agreed_a, entry.items_if_any("refused_fins"))
    _check_file(entry["file"], agreed_a.sid)
    sides = {
        name: Ratchet(agreed, given(), encapsulation(b""))
        for name, agreed in (("A", agreed_a), ("B", agreed_b))
    }
    if "events" in entry:
        play_events(entry.items_of("events"), sides)
    else:
        play_in_order(entry.items_of("frames_in_order"), sides)


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for entry in document if isinstance(document, list) else [document]:
        session = the_object(entry)
        yield str(session.get("name", "a session")), partial(_check_session, session)


CHECKS = {"session.json": _entries}

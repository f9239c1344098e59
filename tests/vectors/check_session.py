"""session.json: a whole session, made from its inputs and opened by the other side.

`cryptography` takes no m for ML-KEM, so the ciphertexts in m1, m2 and the frames are inputs: each
is opened with its reader's private key, and what comes out must lead to the very bytes given.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.vectors.expect import bytes_in_words, refuses, same
from whisp_desktop.protocol.aead import open_sealed, seal
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert
from whisp_desktop.protocol.fin import check_fin, fin_message
from whisp_desktop.protocol.handshake import Agreement, Initiator, Responder
from whisp_desktop.protocol.kdf import expand, label
from whisp_desktop.protocol.keys import (
    AgreementKey,
    DeviceKeys,
    Encapsulate,
    KemKey,
    Random,
    Secret,
    SigningKey,
)
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.ratchet import Ratchet

_CHUNK_BYTES = 16_384
_OTHER = {"A": "B", "B": "A"}


@dataclass
class _Device:
    keys: DeviceKeys
    cert: DeviceCert
    card: Card


def _hex(entry: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(entry[name]) for name in names]


def _given(*pieces: bytes) -> Random:
    """Return a source of randomness that hands out the vector's, in order."""
    left = list(pieces)

    def take(size_bytes: int) -> bytes:
        piece = left.pop(0)
        same(len(piece), size_bytes)
        return piece

    return take


def _encapsulated(ciphertext: bytes, reader: KemKey) -> Encapsulate:
    def encapsulate(ek: bytes) -> tuple[bytes, Secret]:
        same(ek, reader.public)
        return ciphertext, reader.decapsulate(ciphertext)

    return encapsulate


def _device(entry: dict[str, Any]) -> _Device:
    ak, dks, dkd = (Secret(one) for one in _hex(entry, "ak_seed", "dks_seed", "dkd_private"))
    account, keys = SigningKey(ak), DeviceKeys(SigningKey(dks), AgreementKey(dkd))
    cert = DeviceCert.issue(
        account,
        keys,
        issued=entry["issued"],
        expires=entry["expires"],
        epoch=entry["epoch"],
        flags=CertFlags(entry["flags"]),
    )
    card = Card.issue(
        account,
        issued=entry["issued"],
        username=entry["username"],
        hosts=tuple(entry["servers"]),
    )
    same(cert.whole.hex(), entry["cert"])
    same(card.whole.hex(), entry["card"])
    return _Device(keys, cert, card)


def _check_handshake(
    entry: dict[str, Any], a: _Device, b: _Device, bundle: PrivateBundle
) -> tuple[Agreement, Agreement]:
    m1, m2, route_a, route_b = _hex(entry, "m1", "m2", "route_A", "route_B")
    [psk] = (Secret(one) for one in _hex(entry, "psk"))
    initiator = Initiator(
        a.keys,
        a.cert,
        a.card,
        b.cert,
        Bundle.parse(bundle.bundle.whole, b.cert),
        psk,
        _given(*_hex(entry, "EA_private", "ekA_seed_d_z")),
        _encapsulated(m1[41:1129], bundle.ek),
    )
    same(initiator.write(route_a), m1)
    read = partial(
        Responder.read, bundle=bundle, device=b.keys, cert=b.cert, psk=psk, now=entry["now"]
    )
    for refusal in entry.get("refused_m1", ()):
        refuses(read, bytes.fromhex(refusal["m1"]))
    responder = Responder.read(
        m1, bundle=bundle, device=b.keys, cert=b.cert, psk=psk, now=entry["now"]
    )
    same((responder.cert, responder.card, responder.route), (a.cert, a.card, route_a))
    made, agreed_b = responder.write(
        route_b,
        _given(*_hex(entry, "EB_private", "ekR_seed_d_z")),
        _encapsulated(m2[33:1121], initiator._kem),
    )
    same(made, m2)
    for refusal in entry.get("refused_m2", ()):
        refuses(initiator.read, bytes.fromhex(refusal["m2"]))
    opened, agreed_a = initiator.read(m2)
    same(opened, route_b)
    for agreed in (agreed_a, agreed_b):
        same(agreed.sid.hex(), entry["secrets"]["sid"])
        for name in ("rk", "hka", "nhkb", "fa", "fb", "kpair"):
            same(getattr(agreed, name).data.hex(), entry["secrets"][name])
    return agreed_a, agreed_b


def _check_fins(entry: dict[str, Any], agreed: Agreement, refused: list[dict[str, str]]) -> None:
    bound = (agreed.sid, *_hex(entry, "fpA", "fpB", "exporter"))
    for key, fin in zip((agreed.fa, agreed.fb), _hex(entry, "from_A", "from_B"), strict=True):
        same(fin_message(key, *bound), fin)
        check_fin(fin, key, *bound)
    for refusal in refused:
        refuses(lambda fin: check_fin(fin, agreed.fb, *bound), bytes.fromhex(refusal["from_B"]))


def _check_frame(entry: dict[str, Any], writer: Ratchet, reader: Ratchet) -> None:
    frame, body, nonce = _hex(entry, "frame", "body", "hn")
    if "DHs_private" in entry:
        header = reader._next_their_cipher.decrypt(nonce, frame[13:2341], reader._first_ad)
        writer._encapsulate = _encapsulated(header[-1088:], reader._turn.kem)
        writer._random = _given(*_hex(entry, "DHs_private", "ek_seed_d_z"), nonce)
    else:
        writer._random = _given(nonce)
    same(writer.encrypt(entry["kind"], body), frame)
    if "rk" in entry:
        same(writer._root_key.hex(), entry["rk"])
        same(writer._sending._key.hex(), entry["ck"])


def _check_events(events: list[dict[str, Any]], sides: dict[str, Ratchet]) -> None:
    """Play a script of frames written, opened in any order, and refused."""
    written: list[dict[str, Any]] = []
    for event in events:
        if event["do"] == "write":
            written.append(event)
            _check_frame(event, sides[event["from"]], sides[_OTHER[event["from"]]])
        elif event["do"] == "open":
            frame = written[event["frame"] - 1]
            opened = sides[_OTHER[frame["from"]]].decrypt(bytes.fromhex(frame["frame"]))
            same(opened, (frame["kind"], bytes.fromhex(frame["body"])))
        else:
            refuses(*_refused(event, written, sides))


def _refused(
    event: dict[str, Any], written: list[dict[str, Any]], sides: dict[str, Ratchet]
) -> tuple[Callable[[bytes], Any], bytes]:
    if "bytes" in event:
        return sides[event["by"]].decrypt, bytes.fromhex(event["bytes"])
    frame = written[event["frame"] - 1]
    data = bytearray.fromhex(frame["frame"])
    if "bit" in event:
        data[event["bit"] // 8] ^= 1 << event["bit"] % 8
    return sides[_OTHER[frame["from"]]].decrypt, bytes(data)


def _check_file(entry: dict[str, Any], sid: bytes) -> None:
    """Seal and open every frame of a file. Content frames: `whisp-files` in the specification."""
    secret, file_id = _hex(entry, "secret", "file_id")
    keys = expand(secret, label("file") + sid + file_id, 48)
    pass_, key = bytes(keys[:16]), bytes(keys[16:])
    same([pass_.hex(), key.hex()], [entry["pass"], entry["key"]])
    data = bytes_in_words(entry["data"], entry["size"])
    same(hashlib.sha256(data).hexdigest(), entry["sha256"])
    frames = []
    for index, start in enumerate(range(0, len(data), _CHUNK_BYTES)):
        number = index.to_bytes(4, "big")
        head = b"\x12" + pass_ + number
        ad = sid + head + len(data).to_bytes(8, "big")
        chunk = data[start : start + _CHUNK_BYTES].ljust(_CHUNK_BYTES, b"\0")
        frames.append(head + seal(key, bytes(8) + number, ad, chunk))
        same(open_sealed(key, bytes(8) + number, ad, frames[-1][21:]), chunk)
    same([hashlib.sha256(frame).hexdigest() for frame in frames], entry["frame_sha256"])
    same([frames[1][:21].hex(), frames[1][-16:].hex()], entry["frame_1_head_and_tag"])


def _check_session(entry: dict[str, Any]) -> None:
    a, b = _device(entry["A"]), _device(entry["B"])
    fresh = _hex(entry["bundle"], "bundle_id", "spk_private", "ek_seed_d_z")
    bundle = PrivateBundle.make(b.keys, entry["now"], _given(*fresh))
    same(bundle.bundle.whole.hex(), entry["bundle"]["whole"])
    agreed_a, agreed_b = _check_handshake(entry, a, b, bundle)
    if "fin" in entry:
        _check_fins(entry["fin"], agreed_a, entry.get("refused_fins", []))
    sides = {
        name: Ratchet(agreed, _given(), _encapsulated(b"", bundle.ek))
        for name, agreed in (("A", agreed_a), ("B", agreed_b))
    }
    for place, frame in enumerate(entry.get("frames_in_order", ()), start=1):
        other = "A" if frame["from"] == "B" else "B"
        try:
            _check_frame(frame, sides[frame["from"]], sides[other])
            opened = sides[other].decrypt(bytes.fromhex(frame["frame"]))
            same(opened, (frame["kind"], bytes.fromhex(frame["body"])))
        except Exception as error:
            raise AssertionError(f"frame {place}: {error or type(error).__name__}") from error
    _check_events(entry.get("events", []), sides)
    if "file" in entry:
        _check_file(entry["file"], agreed_a.sid)


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for session in document if isinstance(document, list) else [document]:
        yield session.get("name", "a session without a name"), partial(_check_session, session)


CHECKS = {"session.json": _entries}

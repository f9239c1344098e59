"""A handshake, its first ratchet frame, and an enrollment: real bytes with all that made them."""

import re
import secrets
from typing import Any

from tests.harness import NOW, ROUTE, Client
from tests.wire_page.page import Table, value_of
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.certificates import CERT_LIFE_S, CertFlags, Manifest, day
from whisp_desktop.protocol.enrollment_new import NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.kdf import expand, hkdf, label, sha256
from whisp_desktop.protocol.keys import AgreementKey, DeviceKeys, KemKey, Secret, encapsulate
from whisp_desktop.protocol.ratchet import Ratchet

_STEP = re.compile(r"(Start|Mix|Key|Enc)\((.+)\)")
_FIRST_STEP = re.compile(r"Mix\(([a-z][0-9])\[.+\]\)")


def _copied(key: AgreementKey) -> AgreementKey:
    return AgreementKey(Secret(key.private.data))


def _copied_kem(key: KemKey) -> KemKey:
    return KemKey(Secret(key.seed.data))


def agree(one: AgreementKey, other: AgreementKey) -> bytes:
    return bytes(one.exchange(other.public).data)


def with_length(field: bytes) -> bytes:
    return len(field).to_bytes(2, "big") + field


class Handshake:
    """Everything of one handshake; `values` has the names of the specification."""

    def __init__(self) -> None:
        a, b = self.a, self.b = Client("alice"), Client("bob")
        psk = Secret(secrets.token_bytes(32))
        initiator = a.initiator(b, psk)
        ea, eka = _copied(initiator._ephemeral), _copied_kem(initiator._kem)
        m1 = initiator.write(ROUTE)
        m2, self.agreed_b = b.responder(m1, psk).write(ROUTE, secrets.token_bytes, encapsulate)
        self.agreed_a = initiator.read(m2)[1]
        assert self.agreed_b.own_dh is not None
        assert self.agreed_b.own_kem is not None
        self.ekr = _copied_kem(self.agreed_b.own_kem)
        self.p1 = eka.public + with_length(a.card.whole) + with_length(ROUTE)
        self.p2 = self.ekr.public + with_length(ROUTE)
        self.m1, self.m2 = m1, m2
        self.values: dict[str, Any] = {
            "DH": agree,
            "DKd_A": a.device.agreement,
            "DKd_B": b.device.agreement,
            "EA": ea,
            "EB": _copied(self.agreed_b.own_dh),
            "P1": self.p1.ljust(len(m1) - 1129 - 268 - 16, b"\0"),
            "P2": self.p2.ljust(len(m2) - 1121 - 16, b"\0"),
            "SPK_B": b.bundle.spk,
            "bundle_B": b.bundle.bundle.whole,
            "cert_A": a.cert.whole,
            "cert_B": b.cert.whole,
            "m1": m1,
            "m2": m2,
            "psk": bytes(psk.data),
            "ss1": bytes(b.bundle.ek.decapsulate(m1[41:1129]).data),
            "ss2": bytes(eka.decapsulate(m2[33:1121]).data),
        }
        self.leaves = {
            name.upper(): bytes(getattr(self.agreed_a, name).data)
            for name in ("rk", "hka", "nhkb", "fa", "fb", "kpair")
        }


class FirstFrame:
    """The first frame of a session: what is in it, and what it was sealed with."""

    def __init__(self) -> None:
        self.handshake = Handshake()
        self.kind, self.body = 0x10, b"a body"
        self.ratchet = Ratchet(self.handshake.agreed_a, secrets.token_bytes, encapsulate)
        self.frame = self.ratchet.encrypt(self.kind, self.body)
        self.sid = self.handshake.agreed_a.sid
        self.hk = self.handshake.leaves["HKA"]
        self.hn, self.sealed_header = self.frame[1:13], self.frame[13:2341]
        self.header = open_sealed(self.hk, self.hn, b"\x11" + self.sid, self.sealed_header)
        turn: Any = self.ratchet._turn
        self.dh = agree(turn.dh, self.handshake.values["EB"])
        self.ss = bytes(self.handshake.ekr.decapsulate(self.header[-1088:]).data)

    def message_key(self) -> bytes:
        root = hkdf(self.handshake.leaves["RK"], self.dh + self.ss, label("rk"), 96)
        return bytes(expand(root[32:64], label("ck"), 64)[32:])

    def open(self, message_key: bytes) -> bytes:
        """The padded plaintext; fails unless this is the message key."""
        return open_sealed(message_key, NO_NONCE, self.sid + self.frame[:2341], self.frame[2341:])


class Enrollment:
    """Everything of one enrollment; `values` has the names of the specification."""

    def __init__(self) -> None:
        alice = self.alice = Client("alice")
        drawn: list[bytes] = []

        def draw(size_bytes: int) -> bytes:
            drawn.append(secrets.token_bytes(size_bytes))
            return drawn[-1]

        old = OldDevice(alice.account, mailbox=bytes(8), host="", now=NOW, random=draw)
        eph, keys = _copied(old._ephemeral), DeviceKeys.generate(secrets.token_bytes)
        new = NewDevice(old.token, keys, NOW, secrets.token_bytes)
        en, ekn = _copied(new._ephemeral), _copied_kem(new._kem)
        e1 = new.write()
        old.read(e1, NOW)
        issued = day(NOW)
        e2 = old.write(
            issued=issued,
            expires=issued + CERT_LIFE_S,
            epoch=2,
            flags=CertFlags.HOLDS_AK,
            random=draw,
            encapsulate=encapsulate,
        )
        eo = AgreementKey(Secret(drawn[-1]))
        e3 = new.read(e2)
        old.read_proof(e3)
        assert new.digits is not None
        self.digits = new.digits
        self.cert = old.certify(self.digits)
        self.manifest = Manifest.issue(alice.account, (self.cert,), epoch=2, issued=issued)
        e4, kpair = old.write_last(alice.card, self.manifest)
        self.kpair = bytes(kpair.data)
        self.frames = {"e1": e1, "e2": e2, "e3": e3, "e4": e4}
        body = self.cert.whole[7:-64]
        seed = bytes(alice.account.seed.data)
        papers = with_length(alice.card.whole) + with_length(self.manifest.whole)
        self.values: dict[str, Any] = {
            **self.frames,
            "DH": agree,
            "EN": en,
            "EO": eo,
            "EPH": eph,
            "PoP": body[117:],
            "keys": keys.signing.public + keys.agreement.public,
            "last": (self.cert.whole + seed + papers).ljust(1984, b"\0"),
            "offer": body[:117],
            "psk": old.token.psk,
            "ssN": bytes(ekn.decapsulate(e2[33:1121]).data),
            "token": old.token.whole,
        }


class Replay:
    """A handshake's symmetric state, moved on by the steps of the specification."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.h = self.ck = self.k = b""
        self._values = values

    def do(self, step: str) -> bytes:
        """Do one step; what `Enc` made is returned, and nothing by the others."""
        found = _STEP.fullmatch(step)
        assert found is not None, step
        name, argument = found.groups()
        if name == "Start":
            self.h = self.ck = sha256(argument.strip('"').encode())
            return b""
        value = value_of(argument, self._values)
        if name == "Key":
            both = bytes(hkdf(self.ck, value, b"", 64))
            self.ck, self.k = both[:32], both[32:]
            return b""
        made = seal(self.k, NO_NONCE, self.h, value) if name == "Enc" else b""
        self.h = sha256(self.h + (made or value))
        return made


def replay(
    table: Table, values: dict[str, Any], sealed: dict[str, bytes]
) -> dict[str, tuple[bytes, bytes]]:
    """Do all steps of a table in their order; each `Enc` must make just what was on the wire.

    Returns h and ck after each message.
    """
    rows = table.cells("step", "message", "does")
    assert [step for step, _, _ in rows] == [str(number) for number in range(1, len(rows) + 1)]
    state, made, after, current = Replay(values), {}, {}, "both"
    for _, message, does in rows:
        if begins := _FIRST_STEP.fullmatch(does):
            current = begins[1]
        assert message == current
        if text := state.do(does):
            made[f"{message} {does}"] = text
        after[message] = state.h, state.ck
    assert made == sealed
    return after

"""Every label and every seal: what the page makes of real values is what the program made."""

import ast
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import whisp_desktop
from tests.fakes.account import NOW
from tests.wire_page.made import Made, compare_made, drawn, drawn_state
from tests.wire_page.meeting import FirstFrame
from tests.wire_page.page import Check, Table
from tests.wire_page.pake_run import PakeRun
from tests.wire_page.samples import ACCOUNT, CERT, DEVICE, challenge, roster
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.certificates import login_signature
from whisp_desktop.protocol.enrollment_frames import digits, pair_key
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileWriter
from whisp_desktop.protocol.fin import fin_message
from whisp_desktop.protocol.friend_code import group_rendezvous_id, rendezvous_id
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.kdf import expand, label
from whisp_desktop.protocol.keys import DeviceKeys, Secret, verify_signature
from whisp_desktop.protocol.kin import kin_key
from whisp_desktop.protocol.pake import enrollment_use, friend_use
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING, Challenge, solve
from whisp_desktop.protocol.symmetric_state import SymmetricState
from whisp_desktop.server.challenges import Challenges
from whisp_desktop.server.presence.memory import MemoryPresence

_WINDOW = (NOW // 600).to_bytes(8, "big")


def _is_signed(key: bytes, signature: bytes) -> Callable[[bytes], bool]:
    def signed(made: bytes) -> bool:
        try:
            verify_signature(key, made, signature)
        except PeerError:
            return False
        return True

    return signed


def _statement() -> Made:
    return {"statement": CERT.whole}, _is_signed(ACCOUNT.key, CERT.whole[-64:])


def _device_id() -> Made:
    keys = {"DKs": DEVICE.signing.public, "DKd": DEVICE.agreement.public}
    return keys, DEVICE.device_id


def _possession() -> Made:
    body = CERT.whole[7:-64]
    return {"body": body}, _is_signed(DEVICE.signing.public, body[117:])


def _login() -> Made:
    asked = challenge(3)
    signature = login_signature(DEVICE.signing, "whisp.example", asked)
    values = {"host": b"whisp.example", "challenge": asked}
    return values, _is_signed(DEVICE.signing.public, signature)


def _challenge_mac() -> Made:
    asked = challenge(3)
    return {"challenge": asked, "server_key": bytes(32)}, asked[25:]


def _work() -> Made:
    asked, binding = challenge(15), drawn()
    nonces = solve(Challenge.parse(asked), binding, lambda _: True)
    values = {"challenge": asked, "binding": binding, "part": b"\7", "nonce": nonces[56:]}
    return values, lambda made: made < b"\0\x10"


def _kin() -> Made:
    other = DeviceKeys.generate(secrets.token_bytes)
    with other.agreement.exchange(CERT.agreement_key) as shared:
        dh = bytes(shared.data)
    lower, higher = sorted((CERT.device_id, other.device_id))
    return {"lower": lower, "higher": higher, "dh": dh}, bytes(kin_key(other, CERT).data)


def _server_key() -> Made:
    secret = drawn()
    ours = Challenges(secret, (), MemoryPresence(), secrets.token_bytes)
    return {"server_secret": secret}, ours._key


def _split() -> Made:
    ck, h = drawn(), drawn()
    agreed = Agreement.split(SymmetricState(ck, h), initiator=True)
    parts = (agreed.rk, agreed.hka, agreed.nhkb, agreed.fa, agreed.fb, agreed.kpair)
    return {"ck": ck, "sid": h}, b"".join(part.data for part in parts)


def _fin() -> Made:
    values = {name: drawn() for name in ("F", "sid", "fpA", "fpB", "exporter")}
    key, *bound = values.values()
    return values, fin_message(Secret(key), *bound)[1:]


def _root() -> Made:
    first = FirstFrame()
    ratchet = first.ratchet

    def right(made: bytes) -> bool:
        root, chain, next_header = made[:32], made[32:64], made[64:]
        first.open(bytes(expand(chain, label("ck"), 64)[32:]))
        sealed = ratchet._next_own_cipher.encrypt(NO_NONCE, b"", b"")
        return root == ratchet._root_key and sealed == seal(next_header, NO_NONCE, b"", b"")

    values = {"RK": first.handshake.leaves["RK"], "dh": first.dh, "ss": first.ss}
    return values, right


def _chain() -> Made:
    first = FirstFrame()
    sending = first.ratchet._sending
    assert sending is not None
    before = bytes(sending._key)
    return {"CK": before}, lambda made: made == sending.next_step()


def _file() -> Made:
    values = {"secret": drawn(), "sid": drawn(), "file_id": drawn()[:16]}
    chunk, size = drawn(), (32).to_bytes(8, "big")
    writer = FileWriter(Secret(values["secret"]), values["sid"], values["file_id"], 32, 0)
    frame = writer.seal(chunk)

    def right(made: bytes) -> bool:
        ad = values["sid"] + frame[:21] + size
        return frame[1:17] == made[:16] and open_sealed(
            made[16:], NO_NONCE, ad, frame[21:]
        ) == chunk.ljust(CHUNK_BYTES, b"\0")

    return values, right


def _pake() -> Made:
    run = PakeRun()
    keys = run.keys
    parts = (keys.confirm.data, keys.payload.data, keys.psk.data, keys.ticket)
    return {"t": keys.transcript, "K": run.spake_key}, b"".join(parts)


def _digits() -> Made:
    state, values = drawn_state()
    shown = digits(state)
    return values, lambda made: f"{int.from_bytes(made, 'big') % 10**6:06}" == shown


def _pair_key() -> Made:
    state, values = drawn_state()
    return values, bytes(pair_key(state).data)


def _seen() -> Made:
    kpair = drawn()
    values = {"KPAIR": kpair, "device_id": DEVICE.device_id, "window": _WINDOW}
    return values, rendezvous_id(Secret(kpair), DEVICE.device_id, NOW)


def _group_seen() -> Made:
    whole = roster("walk", 2).whole
    values = {"roster": whole, "device_id": DEVICE.device_id, "window": _WINDOW}
    return values, group_rendezvous_id(whole, DEVICE.device_id, NOW)


LABELS: Mapping[str, Callable[[], Made]] = {
    "stmt": _statement,
    "devid": _device_id,
    "devpop": _possession,
    "login": _login,
    "pow-mac": _challenge_mac,
    "pow": _work,
    "guest": lambda: ({}, GUEST_BINDING),
    "server-challenges": _server_key,
    "split": _split,
    "fin": _fin,
    "rk": _root,
    "ck": _chain,
    "file": _file,
    "pake": _pake,
    "friend-guest": lambda: ({}, friend_use("bob", "12").guest_id),
    "friend-owner": lambda: (
        {"username": b"bob", "door": b"12"},
        friend_use("bob", "12").owner_id,
    ),
    "enroll-guest": lambda: ({}, enrollment_use("1234").guest_id),
    "enroll-owner": lambda: ({"number": b"1234"}, enrollment_use("1234").owner_id),
    "digits": _digits,
    "enroll-pair": _pair_key,
    "seen": _seen,
    "group-seen": _group_seen,
    "kin": _kin,
}


def labels_in_code() -> set[str]:
    """Every label that the program uses: the constants that it calls `label` and `derive` with.

    One call has no constant: that in `derive` itself.
    """
    found, others = set(), []
    for path in Path(str(whisp_desktop.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="label") | ast.Attribute(attr="derive"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    found.add(name)
                case ast.Call(func=ast.Name(id="label")):
                    others.append(path.name)
    assert others == ["symmetric_state.py"]
    return found


def _labels(table: Table) -> None:
    assert LABELS.keys() == labels_in_code()
    for name, construction in table.cells("label", "construction"):
        assert f"<{name}>" in construction
    compare_made(table, "label", LABELS)


CHECKS: dict[str, Check] = {"Labels": _labels}

"""Every seal, and what else is made without a label."""

from collections.abc import Callable, Mapping

from tests.wire_page.made import Made, compare_made, drawn, drawn_state
from tests.wire_page.meeting import FirstFrame
from tests.wire_page.page import Check, Table
from tests.wire_page.pake_run import PASSWORD, PakeRun
from tests.wire_page.paper import only_sheet
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileWriter
from whisp_desktop.protocol.kdf import expand, label
from whisp_desktop.protocol.keys import Secret


def _key_step() -> Made:
    state, values = drawn_state()
    secret = drawn()
    state.key(secret)
    return {**values, "s": secret}, bytes(state._chaining_key + state._key)


def _enc_step() -> Made:
    state, values = drawn_state()
    state.key(b"")
    values = {"k": bytes(state._key), "h": values["h"], "p": b"text"}
    return values, state.seal(b"text")


def _sealed_header() -> Made:
    first = FirstFrame()
    values = {"HK": first.hk, "hn": first.hn, "T": b"\x11", "sid": first.sid}
    return {**values, "header": first.header}, first.sealed_header


def _sealed_text() -> Made:
    first = FirstFrame()
    values = {name: getattr(first, name) for name in ("sid", "hn", "sealed_header")}
    message_key = first.message_key()
    plaintext = first.open(message_key)
    return {**values, "T": b"\x11", "MK": message_key, "plaintext": plaintext}, first.frame[2341:]


def _sealed_chunk() -> Made:
    secret, sid, file_id = drawn(), drawn(), drawn()[:16]
    size = 2 * CHUNK_BYTES
    frame = FileWriter(Secret(secret), sid, file_id, size, 1).seal(chunk := drawn() * 512)
    values = {
        "key": bytes(expand(secret, label("file") + sid + file_id, 48)[16:]),
        "index": (1).to_bytes(4, "big"),
        "sid": sid,
        "file_frame": frame,
        "size": size.to_bytes(8, "big"),
        "chunk": chunk,
    }
    return values, frame[21:]


def _spake_key() -> Made:
    run = PakeRun()
    values = {
        "password": PASSWORD,
        "idA": run.use.guest_id,
        "idB": run.use.owner_id,
        "X": run.p1[2:34],
        "Y": run.p2[2:34],
        "Z": run.z,
    }
    return values, run.spake_key


def _transcript() -> Made:
    run = PakeRun()
    return {"p1": run.p1, "p2": run.p2}, run.keys.transcript


def _mac_in_p3() -> Made:
    run = PakeRun()
    return {"KA": run.keys.confirm.data, "t": run.keys.transcript}, run.p3[1:33]


def _sealed_payload() -> Made:
    run = PakeRun()
    values = {"KB": run.keys.payload.data, "t": run.keys.transcript, "filled": run.filled}
    return values, run.p4[1:]


def _sealed_seed() -> Made:
    made = only_sheet()
    return {"key": made.key, "sheet": made.whole, "AK_seed": made.seed}, made.whole[17:]


WITHOUT_LABEL: Mapping[str, Callable[[], Made]] = {
    "ck ‖ k of a handshake's Key(s)": _key_step,
    "a handshake's Enc(p)": _enc_step,
    "the header of a ratchet frame, sealed": _sealed_header,
    "the text of a ratchet frame, sealed": _sealed_text,
    "a chunk of a file, sealed": _sealed_chunk,
    "K of a PAKE": _spake_key,
    "t of a PAKE": _transcript,
    "the mac in p3": _mac_in_p3,
    "the payload in p4, sealed": _sealed_payload,
    "the seed on a recovery sheet, sealed": _sealed_seed,
}


def _without_label(table: Table) -> None:
    compare_made(table, "makes", WITHOUT_LABEL)


CHECKS: dict[str, Check] = {"Constructions without a label": _without_label}

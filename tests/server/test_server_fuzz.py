"""Whatever comes, nothing but a documented answer goes."""

import json
from typing import Any

import aiohttp
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server_caller import Caller, Line, Person, b64, bundles, m1_for

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.server_messages import decode_answer

CALLS = [
    ("POST", "/v1/challenges"),
    ("POST", "/v1/usernames"),
    ("POST", "/v1/accounts"),
    ("PUT", "/v1/accounts"),
    ("PUT", "/v1/devices"),
    ("POST", "/v1/revocations"),
    ("POST", "/v1/tokens"),
    ("POST", "/v1/turn"),
    ("PUT", "/v1/push"),
    ("POST", "/v1/wakes"),
    ("POST", "/v1/directory"),
]
CODES = {
    "bad_request",
    "bad_proof",
    "token",
    "forbidden",
    "not_found",
    "taken",
    "stale",
    "too_large",
    "slow_down",
    "closing",
}
CLOSES = {4400, 4413, 4429, 1002, 1009}
PATIENT = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

serial = iter(range(1, 1_000_000))
base64_text = st.binary(max_size=300).map(b64)
proofs = st.fixed_dictionaries(
    {"challenge": base64_text},
    optional={"solution": base64_text, "signature": base64_text},
)
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | base64_text
fields = st.dictionaries(
    st.sampled_from(
        ["card", "cert", "manifest", "work", "login", "username", "device_id", "statements", "x"]
    ),
    leaves | proofs | st.lists(leaves, max_size=3),
    max_size=6,
)


def spoil(data: st.DataObject, whole: bytes) -> bytes:
    """One byte changed, left out or put in."""
    place = data.draw(st.integers(0, max(0, len(whole) - 1)))
    byte = bytes([data.draw(st.integers(0, 255))])
    cut = data.draw(st.integers(0, 1))
    return whole[:place] + byte * data.draw(st.integers(0, 2)) + whole[place + cut :]


async def assert_documented(caller: Caller, call: tuple[str, str], body: bytes) -> None:
    answer = await caller.call(*call, data=body)
    assert answer.status < 500, answer
    assert answer.status < 300 or answer.code in CODES, answer


@PATIENT
@given(call=st.sampled_from(CALLS), body=fields)
async def test_bodies_of_any_shape(
    caller: Caller, call: tuple[str, str], body: dict[str, Any]
) -> None:
    await assert_documented(caller, call, json.dumps(body).encode())


@PATIENT
@given(call=st.sampled_from(CALLS), body=st.binary(max_size=200))
async def test_bodies_of_any_bytes(caller: Caller, call: tuple[str, str], body: bytes) -> None:
    await assert_documented(caller, call, body)


async def alive_or_closed(line: Line) -> None:
    """The server has answered all, or closed with a code of the page; the line is closed then."""
    await line.socket.ping()
    while True:
        message = await line.socket.receive(10)
        if message.type is aiohttp.WSMsgType.PONG:
            break
        if message.type is not aiohttp.WSMsgType.BINARY:
            assert line.socket.close_code in CLOSES, message
            break
        try:
            answer = decode_answer(message.data)
        except PeerError as wrong:
            raise AssertionError(message.data[:80]) from wrong
        assert getattr(answer, "code", "forbidden") in CODES
    await line.close()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(max_size=10)
    | st.sampled_from([bytes(size) for size in (0, 8, 16, 41, 64, 2048, 4096)]),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)


@PATIENT
@given(rows=st.lists(st.tuples(st.integers(0, 80), st.lists(values, max_size=6)), max_size=5))
async def test_frames_of_any_shape(caller: Caller, rows: list[tuple[int, list[Any]]]) -> None:
    line = await caller.open(await caller.guest_token(), autoping=False)
    for tag, rest in rows:
        await line.socket.send_bytes(msgspec.msgpack.encode([tag, 1, *rest]))
    await alive_or_closed(line)


@PATIENT
@given(data=st.data())
async def test_good_frames_with_a_byte_wrong(caller: Caller, data: st.DataObject) -> None:
    person = Person(f"fuzz_{next(serial)}", (caller.host,))
    work = [bytes(41), bytes(64)]
    [bundle] = bundles(person)
    frames: list[list[Any]] = [
        [1, 1, 1, [bundle], bundles(person)],
        [2, 1, [[bytes(16), 5, 1]]],
        [3, 1, [bytes(16)] * 3],
        [4, 1, "bob", work],
        [4, 1, bytes(16)],
        [5, 1, bytes(8), m1_for(bundle), None],
        [6, 1, bytes(16), bytes(4096)],
        [7, 1, ["01"], bytes(16)],
        [8, 1, None, "bob", "01", work, bytes(2048)],
        [8, 1, bytes(16), bytes(2048)],
        [9, 1, "open", 4],
        [9, 1, "1234", bytes(2048)],
        [10, 1],
        [11, 1, bytes(8), 1],
    ]
    chosen = data.draw(st.lists(st.sampled_from(range(len(frames))), min_size=1, max_size=4))
    wholes = [msgspec.msgpack.encode(frames[number]) for number in chosen]
    sent = [spoil(data, each) if data.draw(st.booleans()) else each for each in wholes]
    token = (await caller.sign_up(person)).fields["token"]
    line = await caller.open(token, autoping=False)
    for frame in sent:
        await line.socket.send_bytes(frame)
    await alive_or_closed(line)


@PATIENT
@given(raw=st.binary(min_size=1, max_size=60))
async def test_bytes_that_are_no_frames(caller: Caller, raw: bytes) -> None:
    line = await caller.open(await caller.guest_token(), autoping=False)
    transport = line.socket._writer.transport
    transport.write(raw)
    transport.write_eof()
    message = await line.socket.receive(10)
    assert message.type is not aiohttp.WSMsgType.TEXT
    await line.close()
    assert (await caller.call("GET", "/v1/health")).status == 204

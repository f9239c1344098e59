"""Each REST call: what it answers, and every way in which it refuses."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from server_caller import PATIENCE_S, Answer, Caller, Person, b64, unb64, unix_now
from server_here import server_here

from whisp_desktop.protocol.certificates import DAY_S, CertFlags, DeviceCert, login_signature
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceId, DeviceKeys, SigningKey
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING, Challenge, solve
from whisp_desktop.protocol.revocation import NOBODY, Reason, Revocation, RevocationKind
from whisp_desktop.protocol.server_messages import ByName, Publish
from whisp_desktop.server.tokens import Scope
from whisp_desktop.server.web_server import WebServer

STATUS = {
    "bad_request": 400,
    "bad_proof": 401,
    "token": 401,
    "forbidden": 403,
    "not_found": 404,
    "taken": 409,
    "stale": 409,
    "too_large": 413,
    "slow_down": 429,
    "closing": 503,
}
serial = iter(range(1, 1_000_000))


def new_name() -> str:
    return f"person_{next(serial)}"


def assert_carries_what_all_do(answer: Answer) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Server"] == "whisp"


def refused(answer: Answer, code: str) -> None:
    assert answer.code == code, answer
    assert answer.status == STATUS[code]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert_carries_what_all_do(answer)
    assert answer.fields["type"] == "about:blank"
    assert answer.fields["status"] == STATUS[code]
    assert isinstance(answer.fields["title"], str)
    assert answer.fields.keys() <= {"type", "title", "status", "code", "epoch", "statements"}


async def person(caller: Caller, **fields: Any) -> Person:
    return Person(new_name(), (caller.host,), **fields)


async def signed_up(caller: Caller, **fields: Any) -> tuple[Person, str]:
    somebody = await person(caller, **fields)
    answer = await caller.sign_up(somebody)
    assert answer.status == 201, answer
    return somebody, str(answer.fields["token"])


async def test_health_and_ready_say_nothing(caller: Caller) -> None:
    for path in ("/v1/health", "/v1/ready"):
        answer = await caller.call("GET", path)
        assert (answer.status, answer.fields) == (204, {})


async def test_parameters(caller: Caller) -> None:
    answer = await caller.call("GET", "/v1/parameters")
    port = caller.host.partition(":")[2]
    assert answer.fields == {
        "version": 1,
        "hosts": [f"127.0.0.1:{port}", f"localhost:{port}"],
        "bits": 8,
        "turn": False,
        "push": False,
        "limits": False,
    }
    assert answer.headers["Server"] == "whisp"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1/accounts"),
        ("DELETE", "/v1/accounts"),
        ("POST", "/v1/health"),
        ("POST", "/v1/socket"),
        ("PATCH", "/v1/devices"),
        ("OPTIONS", "/v1/accounts"),
        ("POST", "/v1/challenges/"),
        ("GET", "/v2/parameters"),
    ],
)
async def test_any_other_path_or_method_is_not_found(
    caller: Caller, method: str, path: str
) -> None:
    refused(await caller.call(method, path), "not_found")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nno field\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
        b"POST /v1/tokens HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_in_the_same_form(caller: Caller, sent: bytes) -> None:
    host, port = caller.host.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    async with asyncio.timeout(PATIENCE_S):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    first, *lines = head.decode().split("\r\n")
    assert first.split(" ")[1] == "400"
    headers = dict(line.split(": ", 1) for line in lines)
    refused(Answer(400, json.loads(body), headers), "bad_request")


@pytest.mark.parametrize(
    ("place", "status"),
    [("HOST", 204), ("evil.example", 403), ("user@HOST", 403), ("HOST@evil.example", 403)],
)
async def test_a_target_in_absolute_form_is_at_this_host(
    caller: Caller, place: str, status: int
) -> None:
    host, port = caller.host.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    target = f"http://{place.replace('HOST', caller.host)}/v1/health"
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {caller.host}\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE_S):
        assert (await reader.readline()).split()[1] == b"%d" % status
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_packed_body_is_refused_and_not_unpacked(caller: Caller, encoding: str) -> None:
    for data in (b"{}", gzip.compress(b"{}"), zlib.compress(b"{}")):
        headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
        answer = await caller.call("POST", "/v1/tokens", data=data, headers=headers)
        refused(answer, "bad_request")


@asynccontextmanager
async def listening(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """A server that gives these answers; its URL."""
    runner = web.ServerRunner(WebServer(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    yield f"http://{host}:{port}"
    await runner.cleanup()


async def test_a_fault_of_ours_is_a_problem_document_and_names_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(_: web.BaseRequest) -> web.StreamResponse:
        raise ZeroDivisionError

    async with listening(fail) as url, aiohttp.ClientSession() as session:
        refused(await Caller(url, session).call("GET", "/v1/health"), "closing")
    assert caplog.messages == ["A request could not be answered."]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", ""])
async def test_a_foreign_host_is_forbidden_everywhere(caller: Caller, host: str) -> None:
    for path in ("/v1/health", "/v1/parameters", "/nowhere", "/v1/socket"):
        refused(await caller.call("GET", path, headers={"Host": host}), "forbidden")


async def test_the_case_of_a_host_does_not_matter(caller: Caller) -> None:
    host = caller.host.replace("127.0.0.1", "LocalHost")
    assert (await caller.call("GET", "/v1/health", headers={"Host": host})).status == 204


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1"])
async def test_a_foreign_origin_is_forbidden(caller: Caller, origin: str) -> None:
    for method, path in (("GET", "/v1/health"), ("POST", "/v1/challenges"), ("OPTIONS", "/v1/x")):
        answer = await caller.call(method, path, headers={"Origin": origin})
        refused(answer, "forbidden")
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_a_named_origin_is_let_in_and_no_other(tmp_path: Path) -> None:
    origin = "https://app.example"
    async with server_here(tmp_path, cors_origin=origin) as here:
        answer = await here.caller.call("GET", "/v1/parameters", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        asks = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        answer = await here.caller.call("OPTIONS", "/v1/accounts", headers=asks)
        assert answer.status == 204
        assert_carries_what_all_do(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        refused(await here.caller.call("POST", "/x", headers={"Origin": origin}), "not_found")
        refused(
            await here.caller.call("GET", "/v1/health", headers={"Origin": origin + "."}),
            "forbidden",
        )
        refused(await here.caller.call("OPTIONS", "/v1/x", headers={"Origin": origin}), "not_found")
        assert (await here.caller.call("GET", "/v1/health")).headers.get("Vary") is None


async def test_a_challenge_is_41_bytes_and_lives_two_minutes(caller: Caller) -> None:
    challenge = Challenge.parse(await caller.challenge())
    assert challenge.bits == 8
    assert 118 <= challenge.expires - unix_now() <= 120


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"more":1}',
        b"\xff",
        b'{"a":"\\ud800"}',
        b"[" * 5000,
        b"{}{}",
    ],
)
async def test_a_body_of_another_form_is_refused(caller: Caller, data: bytes) -> None:
    refused(await caller.call("POST", "/v1/challenges", data=data), "bad_request")


async def test_another_content_type_is_refused(caller: Caller) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = await caller.call(
            "POST", "/v1/challenges", data=b"{}", headers={"Content-Type": kind}
        )
        refused(answer, "bad_request")


@pytest.mark.parametrize("size", [16 * 1024, 16 * 1024 + 1])
async def test_a_body_above_16_kib_is_too_large(caller: Caller, size: int) -> None:
    data = b"{}".ljust(size)
    answer = await caller.call("POST", "/v1/challenges", data=data)
    if size > 16 * 1024:
        refused(answer, "too_large")
    else:
        assert answer.status == 200


async def test_a_body_without_a_length_is_bounded_too(caller: Caller) -> None:
    async def pieces() -> Any:
        for _ in range(20):
            yield b" " * 1000

    async with caller.session.post(
        caller.url + "/v1/challenges",
        data=pieces(),
        headers={"Content-Type": "application/json"},
    ) as response:
        assert response.status == 413


async def check_name(caller: Caller, name: str) -> Answer:
    work = await caller.work(sha256(name.encode()))
    return await caller.call("POST", "/v1/usernames", {"username": name, "work": work})


async def test_a_name_is_free_until_somebody_has_it(caller: Caller) -> None:
    somebody = await person(caller)
    assert (await check_name(caller, somebody.name)).fields == {"free": True}
    await caller.sign_up(somebody)
    assert (await check_name(caller, somebody.name)).fields == {"free": False}


@pytest.mark.parametrize("name", ["", "ab", "Alice", "1abc", "a" * 25, "a-b", "älice", "ab\0c"])
async def test_a_name_of_another_form_is_refused(caller: Caller, name: str) -> None:
    refused(await check_name(caller, name), "bad_request")


def spoilt(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a body with one field changed, or left out when the value is None."""
    copy = json.loads(json.dumps(body))
    place = copy
    *outer, last = path.split(".")
    for key in outer:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return dict(copy)


async def test_work_is_bound_to_its_use_and_good_once(caller: Caller) -> None:
    name = new_name()
    body = {"username": name, "work": await caller.work(sha256(name.encode()))}
    assert (await caller.call("POST", "/v1/usernames", body)).status == 200
    refused(await caller.call("POST", "/v1/usernames", body), "bad_proof")
    other = {"username": name, "work": await caller.work(sha256(b"other"))}
    refused(await caller.call("POST", "/v1/usernames", other), "bad_proof")


async def test_a_failed_proof_does_not_spend_its_challenge(caller: Caller) -> None:
    name = new_name()
    work = await caller.work(sha256(name.encode()))
    wrong = {**work, "solution": b64(bytes(64))}
    for solution, code in ((wrong, "bad_proof"), (work, "")):
        answer = await caller.call("POST", "/v1/usernames", {"username": name, "work": solution})
        assert answer.code == code


async def test_a_challenge_of_somebody_else_is_no_proof(caller: Caller) -> None:
    name = new_name()
    forged = Challenge.mint(b"k" * 32, 3, unix_now() + 60, bytes)
    binding = sha256(name.encode())
    solution = solve(Challenge.parse(forged), binding, lambda _: True)
    work = {"challenge": b64(forged), "solution": b64(solution)}
    refused(
        await caller.call("POST", "/v1/usernames", {"username": name, "work": work}), "bad_proof"
    )


async def test_a_challenge_runs_out_after_two_minutes(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        for moved, status in ((119, 200), (120, 401)):
            name = new_name()
            work = await here.caller.work(sha256(name.encode()))
            here.clock.move(moved)
            answer = await here.caller.call(
                "POST", "/v1/usernames", {"username": name, "work": work}
            )
            assert answer.status == status


async def test_sign_up(caller: Caller) -> None:
    somebody = await person(caller)
    answer = await caller.sign_up(somebody)
    assert answer.status == 201
    assert answer.fields.keys() == {"token", "expires_in"}
    assert answer.fields["expires_in"] == 900
    assert_carries_what_all_do(answer)
    line = await caller.open(answer.fields["token"])
    await line.close()


async def test_sign_up_at_any_of_the_hosts(caller: Caller) -> None:
    other_host = caller.host.replace("127.0.0.1", "localhost")
    somebody = Person(new_name(), ("elsewhere.example", other_host))
    body = await caller.sign_up_body(somebody)
    body["login"] = await caller.login(somebody, other_host)
    assert (await caller.call("POST", "/v1/accounts", body)).status == 201


@pytest.mark.parametrize(
    "field", ["card", "cert", "manifest", "work", "login", "work.solution", "login.signature"]
)
async def test_sign_up_without_a_field(caller: Caller, field: str) -> None:
    body = await caller.sign_up_body(await person(caller))
    refused(await caller.call("POST", "/v1/accounts", spoilt(body, field, None)), "bad_request")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card", 7),
        ("card", "*" * 40),
        ("card", "AA=="),
        ("work.challenge", b64(bytes(40))),
        ("work.solution", b64(bytes(65))),
        ("login.challenge", "AB"),
        ("login.signature", b64(bytes(64)) + "="),
        ("login.signature", b64(bytes(63)) + "_"),
        ("extra", 1),
        ("login.extra", "x"),
    ],
)
async def test_sign_up_with_a_field_of_another_form(caller: Caller, field: str, value: Any) -> None:
    body = await caller.sign_up_body(await person(caller))
    refused(await caller.call("POST", "/v1/accounts", spoilt(body, field, value)), "bad_request")


async def sign_up_with(caller: Caller, somebody: Person, **statements: bytes) -> Answer:
    body = await caller.sign_up_body(somebody)
    body.update({name: b64(whole) for name, whole in statements.items()})
    if "card" in statements:
        body["work"] = await caller.work(sha256(statements["card"]))
    return await caller.call("POST", "/v1/accounts", body)


def flipped(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


@pytest.mark.parametrize("name", ["card", "cert", "manifest"])
async def test_a_statement_with_a_wrong_signature_or_form_is_refused(
    caller: Caller, name: str
) -> None:
    somebody = await person(caller)
    whole = getattr(somebody, name).whole
    for wrong in (flipped(whole), whole + b"\0", whole[:-1], b"", somebody.cert.whole * 2):
        refused(await sign_up_with(caller, somebody, **{name: wrong}), "bad_request")


@pytest.mark.parametrize("name", ["card", "cert", "manifest"])
async def test_all_three_statements_are_of_one_account(caller: Caller, name: str) -> None:
    somebody, other = await person(caller), await person(caller)
    answer = await sign_up_with(caller, somebody, **{name: getattr(other, name).whole})
    refused(answer, "bad_request")


async def test_the_manifest_lists_the_cert(caller: Caller) -> None:
    somebody = await person(caller)
    elsewhere = somebody.list(somebody.certify(DeviceKeys.generate(lambda size: b"7" * size)))
    refused(await sign_up_with(caller, somebody, manifest=elsewhere.whole), "bad_request")


async def test_the_card_names_a_host_of_ours(caller: Caller) -> None:
    somebody = Person(new_name(), ("elsewhere.example",))
    refused(await caller.sign_up(somebody), "bad_request")


@pytest.mark.parametrize("shift", [-91 * DAY_S, 2 * DAY_S])
async def test_the_cert_counts_now(caller: Caller, shift: int) -> None:
    somebody = await person(caller, issued=unix_now() // DAY_S * DAY_S + shift)
    refused(await caller.sign_up(somebody), "bad_request")


async def test_the_login_is_signed_by_the_certs_device_for_this_host(caller: Caller) -> None:
    somebody, other = await person(caller), await person(caller)
    body = await caller.sign_up_body(somebody)
    for login in (await caller.login(other), await caller.login(somebody, "elsewhere.example")):
        body["work"] = await caller.work(sha256(somebody.card.whole))
        refused(await caller.call("POST", "/v1/accounts", {**body, "login": login}), "bad_proof")


async def test_a_login_challenge_is_good_once(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    body = {"device_id": b64(somebody.device.device_id), "login": await caller.login(somebody)}
    assert (await caller.call("POST", "/v1/tokens", body)).status == 200
    refused(await caller.call("POST", "/v1/tokens", body), "bad_proof")


async def test_one_challenge_does_not_serve_for_both_proofs(caller: Caller) -> None:
    somebody = await person(caller)
    body = await caller.sign_up_body(somebody)
    challenge = unb64(body["work"]["challenge"])
    signature = login_signature(somebody.device.signing, caller.host, challenge)
    body["login"] = {"challenge": b64(challenge), "signature": b64(signature)}
    refused(await caller.call("POST", "/v1/accounts", body), "bad_proof")


async def test_a_name_a_key_or_a_device_that_is_known_is_taken(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    namesake = Person(somebody.name, (caller.host,))
    same_key = Person(new_name(), (caller.host,), account=somebody.account)
    same_device = Person(new_name(), (caller.host,), device=somebody.device)
    for other in (namesake, same_key, same_device):
        refused(await caller.sign_up(other), "taken")


async def test_many_sign_ups_of_one_name_at_once_make_one_account(caller: Caller) -> None:
    name = new_name()
    answers = await asyncio.gather(
        *[caller.sign_up(Person(name, (caller.host,))) for _ in range(8)]
    )
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7


async def test_a_card_renames_and_the_old_name_is_free_at_once(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    name = new_name()
    card = b64(somebody.claim(name).whole)
    assert (await caller.call("PUT", "/v1/accounts", {"card": card}, token)).status == 204
    assert (await check_name(caller, somebody.name)).fields == {"free": True}
    assert (await check_name(caller, name)).fields == {"free": False}
    assert (await caller.call("PUT", "/v1/accounts", {"card": card}, token)).status == 204


async def test_a_card_may_be_of_the_same_day_or_newer(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    for issued, code in (
        (somebody.issued - 1, "stale"),
        (somebody.issued + DAY_S - 1, ""),
        (somebody.issued, ""),
        (2**64 - 1, ""),
        (somebody.issued + DAY_S, "stale"),
    ):
        card = b64(somebody.claim(new_name(), issued).whole)
        answer = await caller.call("PUT", "/v1/accounts", {"card": card}, token)
        assert answer.code == code, (issued, answer)


async def test_what_card_is_refused(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    other, _ = await signed_up(caller)

    async def put(whole: bytes, given: str | None = token) -> Answer:
        return await caller.call("PUT", "/v1/accounts", {"card": b64(whole)}, given)

    refused(await put(flipped(somebody.card.whole)), "bad_request")
    refused(await put(other.card.whole), "forbidden")
    refused(await put(somebody.claim(other.name).whole), "taken")
    elsewhere = Person(somebody.name, ("elsewhere.example",), account=somebody.account)
    refused(await put(elsewhere.card.whole), "bad_request")
    refused(await put(somebody.card.whole, None), "token")
    refused(await put(somebody.card.whole, "nonsense"), "token")
    refused(await put(somebody.card.whole, await caller.guest_token()), "forbidden")


async def put_device(caller: Caller, somebody: Person, **changes: Any) -> Answer:
    body = {
        "cert": b64(changes.get("cert", somebody.cert).whole),
        "manifest": b64(changes.get("manifest", somebody.manifest).whole),
        "login": changes.get("login") or await caller.login(somebody),
    }
    return await caller.call("PUT", "/v1/devices", body)


async def second_device(caller: Caller, first: Person, epoch: int = 2) -> Person:
    """Add a device to an account, listed beside the first."""
    second = first.other_device(epoch=epoch, flags=CertFlags.CAN_REVOKE)
    second.manifest = second.list(first.cert, second.cert, epoch=epoch)
    answer = await put_device(caller, second)
    assert answer.status == 201, answer
    return second


async def test_a_second_device_is_added_and_learns_the_name(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    second = somebody.other_device(epoch=2)
    second.manifest = second.list(somebody.cert, second.cert)
    answer = await put_device(caller, second)
    assert answer.status == 201
    assert answer.fields.keys() == {"token", "expires_in", "username"}
    assert answer.fields["username"] == somebody.name
    assert await caller.token(somebody)
    assert await caller.token(second)
    again = await put_device(caller, second)
    assert again.status == 201


async def test_devices_that_a_manifest_leaves_out_go(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    line = await caller.open(token)
    second = somebody.other_device(epoch=2)
    assert (await put_device(caller, second)).status == 201
    assert await line.close_code() == 4401
    body = {"device_id": b64(somebody.device.device_id), "login": await caller.login(somebody)}
    refused(await caller.call("POST", "/v1/tokens", body), "bad_proof")
    refused(await caller.call("POST", "/v1/turn", {}, token), "token")


async def test_a_stale_epoch_is_named(caller: Caller) -> None:
    somebody, _ = await signed_up(caller, epoch=7)
    for epoch in (6, 7):
        second = somebody.other_device(epoch=epoch)
        answer = await put_device(caller, second)
        refused(answer, "stale")
        assert answer.fields["epoch"] == 7
    assert (await put_device(caller, somebody)).status == 201


async def test_what_device_is_refused(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    other, _ = await signed_up(caller)
    unknown = await person(caller)
    refused(await put_device(caller, unknown), "forbidden")
    refused(await put_device(caller, somebody, login=await caller.login(other)), "bad_proof")
    refused(await put_device(caller, somebody, manifest=other.manifest), "bad_request")
    unlisted = somebody.list(epoch=2)
    refused(await put_device(caller, somebody, manifest=unlisted), "bad_request")
    ran_out = somebody.other_device(epoch=2)
    ran_out.cert = ran_out.certify(ran_out.device, issued=1, expires=2)
    ran_out.manifest = ran_out.list(ran_out.cert)
    refused(await put_device(caller, ran_out), "bad_request")
    thief = Person(
        other.name, (caller.host,), account=somebody.account, device=other.device, epoch=2
    )
    refused(await put_device(caller, thief), "taken")


def revocation(
    somebody: Person,
    target: bytes,
    kind: RevocationKind = RevocationKind.DEVICE,
    signer: SigningKey | None = None,
    cert: DeviceCert | None = None,
    issued: int | None = None,
) -> bytes:
    made = Revocation.issue(
        signer or somebody.account,
        kind=kind,
        target=DeviceId(target),
        issued=unix_now() if issued is None else issued,
        reason=Reason.LOST,
        signer_cert=cert,
    )
    return made.statements


async def revoke(caller: Caller, statements: bytes) -> Answer:
    work = await caller.work(sha256(statements))
    body = {"statements": b64(statements), "work": work}
    return await caller.call("POST", "/v1/revocations", body)


async def test_a_revoked_device_is_out_for_good_and_all_devices_hear(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    second = await second_device(caller, somebody)
    lines = [await caller.open(token), await caller.open(await caller.token(second))]
    statements = revocation(
        somebody, somebody.device.device_id, signer=second.device.signing, cert=second.cert
    )
    assert (await revoke(caller, statements)).status == 204
    for line in lines:
        assert (await line.next()).statements == statements
    assert await lines[0].close_code() == 4403
    await lines[1].close()
    body = {"device_id": b64(somebody.device.device_id), "login": await caller.login(somebody)}
    refused(await caller.call("POST", "/v1/tokens", body), "bad_proof")
    back = somebody.other_device(epoch=3)
    back.cert = back.certify(somebody.device)
    back.manifest = back.list(back.cert)
    back.device = somebody.device
    in_vain = await put_device(caller, back)
    refused(in_vain, "forbidden")
    assert in_vain.fields["statements"] == b64(statements)
    assert (await revoke(caller, statements)).status == 204


async def test_after_a_kind_2_nothing_new_is_taken_but_others_stay(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    second = await second_device(caller, somebody)
    kind = RevocationKind.DEVICE_WITH_ACCOUNT_KEY
    statements = revocation(somebody, somebody.device.device_id, kind)
    assert (await revoke(caller, statements)).status == 204
    refused(await caller.call("POST", "/v1/turn", {}, token), "token")
    token = await caller.token(second)
    card = {"card": b64(somebody.claim(new_name()).whole)}
    refused(await caller.call("PUT", "/v1/accounts", card, token), "forbidden")
    refused(await put_device(caller, somebody.other_device(epoch=9)), "forbidden")


async def test_a_deleted_account_goes_and_its_name_is_free(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    line = await caller.open(token)
    statements = revocation(somebody, NOBODY, RevocationKind.ACCOUNT)
    assert (await revoke(caller, statements)).status == 204
    assert (await line.next()).statements == statements
    assert await line.close_code() == 4403
    assert (await check_name(caller, somebody.name)).fields == {"free": True}
    refused(await put_device(caller, somebody), "forbidden")


async def test_revocations_of_an_unknown_account_are_answered_alike(caller: Caller) -> None:
    nobody = await person(caller)
    assert (await revoke(caller, revocation(nobody, b"t" * 16))).status == 204


async def test_what_revocation_is_refused(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    other = await person(caller)
    good = revocation(somebody, b"t" * 16)
    may_not = somebody.other_device(epoch=2, flags=CertFlags(0))
    for wrong in (
        b"",
        flipped(good),
        good[:-1],
        somebody.cert.whole,
        somebody.cert.whole + good,
        somebody.cert.whole * 2 + good,
        good + revocation(other, b"t" * 16),
        somebody.manifest.whole,
    ):
        refused(await revoke(caller, wrong), "bad_request")
    with pytest.raises(Exception, match="may not revoke"):
        revocation(somebody, b"t" * 16, signer=may_not.device.signing, cert=may_not.cert)
    body = {"statements": b64(good), "work": await caller.work(sha256(good + b"x"))}
    refused(await caller.call("POST", "/v1/revocations", body), "bad_proof")


async def test_sixteen_are_kept_and_others_give_way_to_listed_devices(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    for number in range(16):
        statements = revocation(somebody, bytes([number + 1]) * 16, issued=1000 + number)
        assert (await revoke(caller, statements)).status == 204
    refused(await revoke(caller, revocation(somebody, b"x" * 16)), "forbidden")
    listed = revocation(somebody, somebody.device.device_id)
    assert (await revoke(caller, listed)).status == 204
    assert (await revoke(caller, revocation(somebody, b"\2" * 16))).status == 204
    refused(await revoke(caller, revocation(somebody, b"\1" * 16)), "forbidden")


async def test_several_revocations_come_together_or_not_at_all(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    both = revocation(somebody, b"1" * 16) + revocation(somebody, b"2" * 16)
    assert (await revoke(caller, both)).status == 204
    for number in range(13):
        await revoke(caller, revocation(somebody, bytes([number + 100]) * 16))
    two_more = revocation(somebody, b"3" * 16) + revocation(somebody, b"4" * 16)
    refused(await revoke(caller, two_more), "forbidden")
    assert (await revoke(caller, revocation(somebody, b"3" * 16))).status == 204


async def test_a_device_logs_in(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    token = await caller.token(somebody)
    assert (await caller.call("POST", "/v1/turn", {}, token)).status == 200


async def test_who_cannot_log_in_gets_one_answer(caller: Caller) -> None:
    somebody, _ = await signed_up(caller)
    stranger = await person(caller)
    answers = []
    for device, login in (
        (stranger, await caller.login(stranger)),
        (somebody, await caller.login(stranger)),
        (somebody, await caller.login(somebody, "elsewhere.example")),
        (somebody, {**await caller.login(somebody), "challenge": b64(bytes([3]) + bytes(40))}),
    ):
        body = {"device_id": b64(device.device.device_id), "login": login}
        answers.append(await caller.call("POST", "/v1/tokens", body))
    for answer in answers:
        refused(answer, "bad_proof")
    assert len({json.dumps(answer.fields) for answer in answers}) == 1


async def test_a_cert_that_ran_out_opens_nothing(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        somebody, _ = await signed_up(here.caller)
        here.clock.move(91 * DAY_S)
        token = here.node.tokens.issue(somebody.device.device_id, Scope.DEVICE, here.clock.unix())
        refused(await here.caller.call("POST", "/v1/turn", {}, token), "token")
        body = {
            "device_id": b64(somebody.device.device_id),
            "login": await here.caller.login(somebody),
        }
        refused(await here.caller.call("POST", "/v1/tokens", body), "bad_proof")


async def test_a_guest_pays_for_a_token_of_his_own(caller: Caller) -> None:
    body = {"work": await caller.work(GUEST_BINDING)}
    answer = await caller.call("POST", "/v1/tokens", body)
    assert (answer.status, answer.fields["expires_in"]) == (200, 900)
    refused(await caller.call("POST", "/v1/tokens", body), "bad_proof")
    mixed = {"work": await caller.work(GUEST_BINDING), "device_id": b64(bytes(16))}
    refused(await caller.call("POST", "/v1/tokens", mixed), "bad_request")


async def test_turn_without_a_relay(caller: Caller) -> None:
    _, token = await signed_up(caller)
    answer = await caller.call("POST", "/v1/turn", {}, token)
    assert answer.fields == {"urls": [], "username": "", "credential": "", "ttl": 600}
    refused(await caller.call("POST", "/v1/turn", {}), "token")
    refused(await caller.call("POST", "/v1/turn", {}, await caller.guest_token()), "forbidden")
    refused(await caller.call("POST", "/v1/turn", {"x": 1}, token), "bad_request")


async def test_turn_credentials_say_nothing_of_the_asker(tmp_path: Path) -> None:
    urls = ["turn:relay.example:3478", "turns:relay.example:5349?transport=tcp"]
    secret = "turn" * 8
    async with server_here(
        tmp_path, limits="off", turn_urls=",".join(urls), turn_secret=secret
    ) as here:
        assert (await here.caller.call("GET", "/v1/parameters")).fields["turn"] is True
        somebody, token = await signed_up(here.caller)
        answers = [await here.caller.call("POST", "/v1/turn", {}, token) for _ in range(2)]
        for answer in answers:
            assert answer.fields["urls"] == urls
            assert answer.fields["ttl"] == 600
            username = answer.fields["username"]
            expiry, _, opaque = username.partition(":")
            assert int(expiry) == here.clock.unix() + 600
            assert len(unb64(opaque)) == 16
            digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
            assert answer.fields["credential"] == base64.b64encode(digest).decode()
        assert answers[0].fields["username"] != answers[1].fields["username"]
        assert b64(somebody.device.device_id) not in answers[0].fields["username"]


async def test_the_order_of_the_checks(caller: Caller) -> None:
    """Host, then size and form, then token, then work, then statements, then login, then names."""
    somebody, token = await signed_up(caller)
    evil = {"Host": "evil.example"}
    big = b"x" * 20_000
    refused(await caller.call("PUT", "/v1/accounts", data=big, headers=evil), "forbidden")
    refused(await caller.call("PUT", "/v1/accounts", data=big), "too_large")
    refused(await caller.call("PUT", "/v1/accounts", {"card": "*"}), "bad_request")
    refused(await caller.call("PUT", "/v1/accounts", {"card": "AA"}), "token")
    refused(await caller.call("PUT", "/v1/accounts", {"card": "AA"}, token), "bad_request")
    body = await caller.sign_up_body(somebody)
    no_work = spoilt(body, "work.solution", b64(bytes(64)))
    no_login = spoilt(body, "login.signature", b64(bytes(64)))
    no_cert = spoilt(no_login, "cert", "AA")
    refused(await caller.call("POST", "/v1/accounts", spoilt(no_work, "card", "AA")), "bad_proof")
    refused(await caller.call("POST", "/v1/accounts", no_cert), "bad_request")
    no_login["work"] = await caller.work(sha256(somebody.card.whole))
    refused(await caller.call("POST", "/v1/accounts", no_login), "bad_proof")
    taken = {**body, "work": await caller.work(sha256(somebody.card.whole))}
    refused(await caller.call("POST", "/v1/accounts", taken), "taken")


async def test_spent_salts_are_bounded(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        here.node.challenges._presence._most_spent_salts = 1
        assert (await check_name(here.caller, new_name())).status == 200
        refused(await check_name(here.caller, new_name()), "closing")
        here.clock.move(120)
        assert (await check_name(here.caller, new_name())).status == 200


async def test_the_public_list(caller: Caller) -> None:
    somebody, token = await signed_up(caller)
    line = await caller.open(token)
    await line.ask(Publish, by_name=ByName.LISTED, stranger_bundles=[], contact_bundles=[])

    async def listed(prefix: Any, given: str | None = token) -> Answer:
        return await caller.call("POST", "/v1/directory", {"prefix": prefix}, given)

    user = {"username": somebody.name, "online": True}
    assert (await listed(somebody.name)).fields == {"users": [user]}
    assert (await listed("zz")).fields == {"users": []}
    for prefix in ("a", "", "A" * 3, "a" * 25, "a-b", "ab\n", 7):
        refused(await listed(prefix), "bad_request")
    refused(await listed(somebody.name, None), "token")
    refused(await listed(somebody.name, await caller.guest_token()), "forbidden")
    _, other = await signed_up(caller)
    assert (await revoke(caller, revocation(somebody, NOBODY, RevocationKind.ACCOUNT))).code == ""
    assert (await listed(somebody.name, other)).fields == {"users": []}

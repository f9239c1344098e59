"""Each limit with LIMITS=on, at the real server on a clock of the test's own."""

import asyncio
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from server_caller import Answer, Caller, Line, Person, b64, bundles, m1_for
from server_here import Here, server_here

from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.proof_of_work import Challenge
from whisp_desktop.protocol.server_messages import (
    Announce,
    ByName,
    Error,
    Found,
    Knock,
    Knocked,
    KnockOk,
    LookUpName,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    Ok,
    OpenDoors,
    Paked,
    PakeStart,
    Publish,
    Renew,
    Spent,
    Unreachable,
    Watch,
)
from whisp_desktop.server.limits import Limit
from whisp_desktop.server.tokens import Scope

P1 = b"\x40" + bytes(2047)


class From(Caller):
    """Somebody who comes through the proxy from an address of his own."""

    def __init__(self, caller: Caller, address: str) -> None:
        super().__init__(caller.url, caller.session)
        self.address = address

    async def call(self, *given: Any, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        forwarded = {"X-Forwarded-For": self.address, **(headers or {})}
        return await super().call(*given, headers=forwarded, **more)

    async def open(self, token: str, **options: Any) -> Line:
        return await super().open(token, headers={"X-Forwarded-For": self.address}, **options)


def limited(folder: Path, **settings: Any) -> Any:
    return server_here(folder, pow_bits=3, trusted_proxies="127.0.0.1", **settings)


async def in_a_minute(here: Here) -> None:
    here.clock.move(60)
    await here.sweep()


async def test_forty_calls_at_once_and_five_a_second(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        asker, other = From(here.caller, "203.0.113.1"), From(here.caller, "203.0.113.2")
        for _ in range(40):
            assert (await asker.call("GET", "/v1/health")).status == 204
        answer = await asker.call("GET", "/v1/health")
        assert (answer.status, answer.code) == (429, "slow_down")
        assert answer.headers["Retry-After"] == "1"
        assert (await other.call("GET", "/v1/health")).status == 204
        assert (await here.caller.call("GET", "/v1/health")).status == 204
        here.clock.move(0.2)
        assert (await asker.call("GET", "/v1/health")).status == 204
        assert (await asker.call("GET", "/v1/health")).status == 429


async def test_a_flood_is_refused_before_its_body_is_read(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        asker = From(here.caller, "203.0.113.1")
        for _ in range(40):
            await asker.call("GET", "/v1/health")
        answer = await asker.call("POST", "/v1/challenges", data=b"x" * 20_000)
        assert answer.code == "slow_down"


async def test_an_ipv6_prefix_shares_and_loopback_has_none(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        for number in range(40):
            await From(here.caller, f"2001:db8::{number:x}").call("GET", "/v1/health")
        assert (await From(here.caller, "2001:db8::ffff").call("GET", "/v1/health")).status == 429
        for _ in range(100):
            assert (await here.caller.call("GET", "/v1/health")).status == 204


async def bits(caller: Caller) -> int:
    said = int((await caller.call("GET", "/v1/parameters")).fields["bits"])
    assert Challenge.parse(await caller.challenge()).bits == said
    return said


async def test_newcomers_make_their_prefixs_work_harder(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        asker, other = From(here.caller, "203.0.113.1"), From(here.caller, "203.0.113.2")
        found = []
        for number in range(13):
            here.clock.move(10)
            answer = await asker.sign_up(Person(f"person_{number}", (asker.host,)))
            assert answer.status == 201
            found.append(await bits(asker))
        assert found == [3] * 10 + [6, 9, 9]
        assert await bits(other) == 3
        here.clock.move(600)
        assert await bits(asker) == 9
        here.clock.move(600)
        assert await bits(asker) == 6


async def test_guests_and_new_devices_are_newcomers_and_renewed_certs_are_not(
    tmp_path: Path,
) -> None:
    async with limited(tmp_path) as here:
        asker = From(here.caller, "203.0.113.1")
        person = Person("alice", (asker.host,))
        await asker.sign_up(person)
        for _ in range(8):
            here.clock.move(10)
            await asker.guest_token()
        device = person.other_device(epoch=2)
        device.manifest = device.list(person.cert, device.cert)
        for _ in range(3):
            here.clock.move(10)
            body = {
                "cert": b64(device.cert.whole),
                "manifest": b64(device.manifest.whole),
                "login": await asker.login(device),
            }
            assert (await asker.call("PUT", "/v1/devices", body)).status == 201
        assert await bits(asker) == 3
        await asker.guest_token()
        assert await bits(asker) == 6


async def test_loopback_works_two_bits_harder(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        assert await bits(here.caller) == 5
    async with limited(tmp_path, limits="off") as here:
        assert await bits(here.caller) == 3


async def test_load_makes_all_work_harder_up_to_26(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        asker = From(here.caller, "203.0.113.1")
        for _ in range(1200):
            here.node.challenges.load.count(here.clock.unix())
        assert await bits(asker) == 4
        assert await bits(here.caller) == 6
        for _ in range(9600):
            here.node.challenges.load.count(here.clock.unix())
        assert await bits(asker) == 7
        await in_a_minute(here)
        assert await bits(asker) == 3


async def test_work_never_asks_for_more_than_26_bits(tmp_path: Path) -> None:
    async with server_here(tmp_path, pow_bits=20, trusted_proxies="127.0.0.1") as here:
        asker = From(here.caller, "203.0.113.1")
        for _ in range(100):
            prefix = prefix_of(here, "203.0.113.1")
            here.node.buckets.sink(Limit.NEWCOMERS, prefix, here.clock.time())
        assert await bits(asker) == 26


def prefix_of(here: Here, address: str) -> bytes:
    name = here.node.prefixes.name(ip_address(address), here.clock.time())
    assert name is not None
    return name


async def test_requests_with_work_are_counted(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, line = await here.caller.joined("alice")
        counted = here.node.challenges.load._seconds
        before = sum(counted.values())
        work = await here.caller.frame_work(sha256(b"bob"))
        await line.send(LookUpName(seq=1, name="bob", work=work))
        await here.until_due()
        assert before == 1
        assert sum(here.node.challenges.load._seconds.values()) == 2


async def test_256_sockets_of_a_prefix(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        asker, other = From(here.caller, "203.0.113.1"), From(here.caller, "203.0.113.2")
        guests = [
            here.node.tokens.issue(secrets.token_bytes(16), Scope.GUEST, here.clock.unix())
            for _ in range(258)
        ]
        lines = [await asker.open(token) for token in guests[:256]]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await asker.open(guests[256])
        assert refused.value.status == 429
        lines.append(await other.open(guests[257]))
        await lines.pop(0).close()
        lines.append(await asker.open(guests[256]))
        for line in lines:
            await line.close()


async def test_sockets_of_a_prefix_that_come_all_at_once(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        here.rest._sockets._open.most_of_a_prefix = 3
        joined = [await here.caller.joined(f"alice_{number}") for number in range(8)]
        tokens = [await here.caller.token(person) for person, _ in joined]
        asker = From(here.caller, "203.0.113.1")
        opened = await asyncio.gather(*map(asker.open, tokens), return_exceptions=True)
        lines = [each for each in opened if isinstance(each, Line)]
        refused = [each for each in opened if isinstance(each, aiohttp.WSServerHandshakeError)]
        assert (len(lines), {each.status for each in refused}) == (3, {429})
        for line in lines:
            await line.close()


async def refusals(line: Line, count: int, kind: Any, **fields: Any) -> list[str]:
    found = []
    for _ in range(count):
        answer = await line.ask(kind, **fields)
        found.append(answer.code if isinstance(answer, Error) else "")
    return found


async def test_frames_20_a_second_100_at_once(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, line = await here.caller.joined("alice")
        for _ in range(100):
            await line.ask(Renew)
        here.clock.move(0.05)
        await line.ask(Renew)
        await line.send(Renew(seq=1))
        assert await line.close_code() == 4429


@pytest.mark.parametrize(
    ("kind", "fields", "burst", "again_s"),
    [
        (Watch, {"ids": []}, 10, 6),
        (Announce, {"ids": []}, 10, 6),
        (MailboxOpen, {"size": 4}, 6, 10),
    ],
)
async def test_a_devices_limits(
    tmp_path: Path, kind: Any, fields: dict[str, Any], burst: int, again_s: float
) -> None:
    async with limited(tmp_path) as here:
        person, line = await here.caller.joined("alice")
        assert await refusals(line, burst + 1, kind, **fields) == [""] * burst + ["slow_down"]
        again = await here.caller.open(await here.caller.token(person))
        assert await refusals(again, 1, kind, **fields) == ["slow_down"]
        here.clock.move(again_s)
        assert await refusals(again, 2, kind, **fields) == ["", "slow_down"]


async def test_look_ups_by_name(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, line = await here.caller.joined("alice")
        for seq in range(1, 11):
            work = await here.caller.frame_work(sha256(b"bob"))
            await line.send(LookUpName(seq=seq, name="bob", work=work))
        line.seq = 10
        await here.until_due()
        assert await refusals(
            line, 1, LookUpName, name="bob", work=await here.caller.frame_work(sha256(b"bob"))
        ) == ["slow_down"]
        here.clock.move(0.4)
        assert [(await line.next()).seq for _ in range(10)] == list(range(1, 11))


async def test_knocks(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, line = await here.caller.joined("alice")
        fields = {"bundle_id": bytes(8), "m1": bytes(4096), "proof": None}
        for seq in range(1, 11):
            await line.send(Knock(seq=seq, **fields))
        line.seq = 10
        await here.until_due()
        assert await refusals(line, 1, Knock, **fields) == ["slow_down"]
        here.clock.move(6)
        for _ in range(10):
            assert isinstance(await line.next(), KnockOk)
        await line.send(Knock(seq=99, **fields))
        await here.until_due()


async def run(here: Here, line: Line, seq: int, name: str) -> None:
    work = await here.caller.frame_work(sha256(name.encode()))
    await line.send(PakeStart(seq=seq, username=name, door="01", work=work, frame=P1))


async def test_pake_runs_of_a_device(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, line = await here.caller.joined("alice")
        for seq in range(1, 7):
            await run(here, line, seq, "bob")
        answer = await line.next()
        assert isinstance(answer, Error)
        assert (answer.seq, answer.code) == (6, "slow_down")


async def test_pake_runs_at_a_name_are_played_beyond_six(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, owning = await here.caller.joined("bob")
        await owning.ask(OpenDoors, doors=["01"], ticket=None)
        guests = [(await here.caller.joined(f"guest_{number}"))[1] for number in range(2)]
        for seq in range(1, 5):
            for guest in guests:
                await run(here, guest, seq, "bob")
        await here.until_due(8)
        for _ in range(6):
            assert isinstance(await owning.next(), Paked)
        here.clock.move(2.1)
        for guest in guests:
            for seq in range(1, 5):
                answer = await guest.next()
                assert isinstance(answer, Paked)
                assert (answer.seq, answer.frame[0]) == (seq, 0x41)
        assert isinstance(await owning.ask(OpenDoors, doors=[], ticket=None), Ok)
        assert owning.news == []


async def test_boxes_of_others_that_a_device_names(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        _, owning = await here.caller.joined("bob")
        _, line = await here.caller.joined("alice")
        opened = await owning.ask(MailboxOpen, size=8)
        assert isinstance(opened, MailboxOk)
        assert await refusals(line, 1, MailboxSend, box=opened.box, frame=P1) == [""]
        named = [await refusals(line, 1, MailboxSend, box=f"{n:04}", frame=P1) for n in range(6)]
        assert named == [["forbidden"]] * 5 + [["slow_down"]]
        await owning.ask(MailboxSend, box=opened.box, frame=P1)
        assert await refusals(line, 1, MailboxSend, box=opened.box, frame=P1) == [""]


async def test_a_guest_names_one_box_of_each_kind_in_his_life(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        token = await here.caller.guest_token()
        guest = await here.caller.open(token)
        for box, code in (
            ("0001", "forbidden"),
            (bytes(8), "forbidden"),
            ("0002", "slow_down"),
            (bytes(8), "slow_down"),
        ):
            assert await refusals(guest, 1, MailboxSend, box=box, frame=P1) == [code]
        here.clock.move(890)
        again = await here.caller.open(token)
        assert await refusals(again, 1, MailboxSend, box="0001", frame=P1) == ["slow_down"]


async def test_turn(tmp_path: Path) -> None:
    async with limited(tmp_path) as here:
        person = Person("alice", (here.caller.host,))
        token = (await here.caller.sign_up(person)).fields["token"]
        codes = [(await here.caller.call("POST", "/v1/turn", {}, token)).code for _ in range(7)]
        assert codes == [""] * 6 + ["slow_down"]


async def test_strangers_beyond_six_a_minute_find_nobody_and_knock_in_vain(
    tmp_path: Path,
) -> None:
    async with limited(tmp_path) as here:
        owner, owning = await here.caller.joined("bob")
        knocked = 0
        for number in range(8):
            fields = {"by_name": ByName.EXACT_NAME, "contact_bundles": []}
            await owning.ask(Publish, stranger_bundles=bundles(owner), **fields)
            _, asking = await here.caller.joined(f"stranger_{number}")
            work = await here.caller.frame_work(sha256(b"bob"))
            await asking.send(LookUpName(seq=1, name="bob", work=work))
            await here.until_due()
            if number < 6:
                owning.news.append(await owning.next())
                assert isinstance(owning.news.pop(), Spent)
            here.clock.move(0.35)
            answer = await asking.next()
            if number >= 6:
                assert isinstance(answer, Unreachable)
                continue
            assert isinstance(answer, Found)
            m1 = m1_for(answer.devices[0].bundle)
            work = await here.caller.frame_work(sha256(m1))
            await asking.send(Knock(seq=2, bundle_id=m1[1:9], m1=m1, proof=work))
            assert isinstance(await owning.next(), Knocked)
            here.clock.move(0.35)
            assert isinstance(await asking.next(), KnockOk)
            knocked += 1
        assert knocked == 6

"""Each frame of the socket against the real server: answers, pushes, sizes and close codes."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from server_caller import (
    PATIENCE_S,
    Caller,
    Line,
    Person,
    b64,
    bundles,
    m1_for,
    unix_now,
    wait_until,
)
from server_here import Here, server_here

from whisp_desktop.protocol.certificates import DAY_S, Manifest
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import DeviceKeys
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.server_messages import (
    Announce,
    AnnouncedId,
    Answer,
    Answered,
    ByName,
    DoorsTaken,
    Ended,
    Error,
    Found,
    How,
    Knock,
    Knocked,
    KnockOk,
    LookUpId,
    LookUpName,
    Mail,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    NewToken,
    Ok,
    OpenDoors,
    Paked,
    PakeStart,
    PakeStep,
    Publish,
    Renew,
    Seen,
    SeenId,
    SeenState,
    Spent,
    Unreachable,
    Watch,
    Why,
    Withdraw,
    Work,
)
from whisp_desktop.server.database import Database
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.tokens import Scope

serial = iter(range(1, 1_000_000))
M2 = secrets.token_bytes(4096)
P1, P2, P3, P4 = (bytes([0x40 + number]) + secrets.token_bytes(2047) for number in range(4))


def new_name() -> str:
    return f"somebody_{next(serial)}"


async def publish(
    line: Line, person: Person, strangers: int = 0, contacts: int = 0, by_name: int = 1
) -> Any:
    return await line.ask(
        Publish,
        by_name=ByName(by_name),
        stranger_bundles=bundles(person, strangers),
        contact_bundles=bundles(person, contacts),
    )


async def look_up(caller: Caller, line: Line, name: str) -> Any:
    work = await caller.frame_work(sha256(name.encode()))
    return await line.ask(LookUpName, name=name, work=work)


async def knock(line: Line, bundle: bytes, proof: Any = None) -> tuple[Any, bytes]:
    m1 = m1_for(bundle)
    return await line.ask(Knock, bundle_id=m1[1:9], m1=m1, proof=proof), m1


async def pair(caller: Caller) -> tuple[Person, Line, Person, Line]:
    """An asker, and somebody who shows himself by name and has bundles."""
    asker, asking = await caller.joined(new_name())
    owner, owning = await caller.joined(new_name())
    assert isinstance(await publish(owning, owner, 2, 2), Ok)
    return asker, asking, owner, owning


async def test_from_look_up_to_answer(caller: Caller) -> None:
    asker, asking, owner, owning = await pair(caller)
    found = await look_up(caller, asking, owner.name)
    assert isinstance(found, Found)
    [device] = found.devices
    assert device.cert == owner.cert.whole
    assert Bundle.parse(device.bundle, owner.cert).device_id == owner.device.device_id
    assert Manifest.parse(found.manifest).lists(owner.cert)
    assert found.statements == b""
    assert (await owning.next()) == Spent(bundle_id=device.bundle[23:31])
    m1 = m1_for(device.bundle)
    work = await caller.frame_work(sha256(m1))
    assert isinstance(await asking.ask(Knock, bundle_id=m1[1:9], m1=m1, proof=work), KnockOk)
    knocked = await owning.next()
    assert isinstance(knocked, Knocked)
    assert (knocked.username, knocked.how, knocked.m1) == (asker.name, How.NAME, m1)
    assert isinstance(await owning.ask(Answer, knock=knocked.knock, m2=M2), Ok)
    assert await asking.next() == Answered(bundle_id=m1[1:9], m2=M2)
    assert isinstance(await owning.ask(Answer, knock=knocked.knock, m2=M2), Ok)
    assert isinstance(await owning.ask(Answer, knock=bytes(16), m2=M2), Ok)


async def test_a_contact_is_found_by_id_at_once(caller: Caller) -> None:
    _, asking, owner, owning = await pair(caller)
    id_ = secrets.token_bytes(16)
    assert isinstance(await asking.ask(LookUpId, id=id_), Unreachable)
    assert isinstance(await owning.ask(Announce, ids=[AnnouncedId(id_, 600, 0)]), Ok)
    assert isinstance(await asking.ask(LookUpId, id=id_), Unreachable)
    assert isinstance(await asking.ask(Watch, ids=[id_]), Ok)
    assert await asking.next() == Seen(ids=(SeenId(id_, SeenState.HERE),))
    found = await asking.ask(LookUpId, id=id_)
    assert [device.cert for device in found.devices] == [owner.cert.whole]
    answer, m1 = await knock(asking, found.devices[0].bundle)
    assert isinstance(answer, KnockOk)
    assert isinstance(await owning.next(), Spent)
    knocked = await owning.next()
    assert isinstance(knocked, Knocked)
    assert (knocked.how, knocked.m1) == (How.CONTACT, m1)
    assert isinstance(await asking.ask(Withdraw, bundle_id=m1[1:9], why=Why.WITHDRAWN), Ok)
    assert await owning.next() == Ended(knock=knocked.knock, why=Why.WITHDRAWN)


async def test_presence_follows_the_socket(caller: Caller) -> None:
    _, watching, owner, owning = await pair(caller)
    id_ = secrets.token_bytes(16)
    assert isinstance(await watching.ask(Watch, ids=[id_]), Ok)
    await owning.ask(Announce, ids=[AnnouncedId(id_, 600, 1)])
    assert await watching.next() == Seen(ids=(SeenId(id_, SeenState.AWAY),))
    await owning.close()
    assert await watching.next() == Seen(ids=(SeenId(id_, SeenState.GONE),))
    assert owner.name


async def test_an_announced_id_is_forgotten_when_it_says(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, watching = await here.caller.joined("alice")
        _, owning = await here.caller.joined("bob")
        id_ = secrets.token_bytes(16)
        await watching.ask(Watch, ids=[id_])
        await owning.ask(Announce, ids=[AnnouncedId(id_, 60, 0)])
        assert await watching.next() == Seen(ids=(SeenId(id_, SeenState.HERE),))
        here.clock.move(60)
        await here.sweep()
        assert await watching.next() == Seen(ids=(SeenId(id_, SeenState.GONE),))


def padded_size(kind: type) -> int:
    return {Found: 16384, Unreachable: 16384, KnockOk: 64}[kind]


async def test_padded_answers_have_one_size(caller: Caller) -> None:
    _, asking, owner, _ = await pair(caller)
    for seq, name in ((1, owner.name), (2**32 - 1, owner.name), (300, "nobody_at_all")):
        work = await caller.frame_work(sha256(name.encode()))
        await asking.send(LookUpName(seq=seq, name=name, work=work))
        assert len(await asking.next_bytes()) == 16384
    for seq in (1, 200, 70_000, 2**32 - 1):
        await asking.send(Knock(seq=seq, bundle_id=bytes(8), m1=bytes(4096), proof=None))
        assert len(await asking.next_bytes()) == 64


@pytest.mark.parametrize(
    "prepare", ["absent", "offline", "invisible", "no bundle", "not published"]
)
async def test_a_stranger_gets_one_answer_byte_for_byte(caller: Caller, prepare: str) -> None:
    _, asking = await caller.joined(new_name())
    name = new_name()
    if prepare != "absent":
        owner, owning = await caller.joined(name)
        if prepare == "offline":
            await publish(owning, owner, 2)
            await owning.close()
        elif prepare == "invisible":
            await publish(owning, owner, 2, 2, by_name=0)
        elif prepare == "no bundle":
            await publish(owning, owner, 0, 2)
    work = await caller.frame_work(sha256(name.encode()))
    await asking.send(LookUpName(seq=77, name=name, work=work))
    expected = b"\x93\x43\x4d\xc5\x3f\xfa" + bytes(16378)
    assert await asking.next_bytes() == expected


async def test_a_knock_says_ok_whether_or_not_anybody_got_it(caller: Caller) -> None:
    _, asking, owner, owning = await pair(caller)
    other, _ = await caller.joined(new_name())
    found = await look_up(caller, asking, owner.name)
    bundle = found.devices[0].bundle
    m1 = m1_for(bundle)
    answers = []
    for proof in (None, secrets.token_bytes(16), await caller.frame_work(sha256(m1))):
        await asking.send(Knock(seq=9, bundle_id=m1[1:9], m1=m1, proof=proof))
        answers.append(await asking.next_bytes())
    assert set(answers) == {b"\x93\x40\x09\xc4\x3b" + bytes(59)}
    assert isinstance(await owning.next(), Spent)
    assert owning.news == []
    assert other.name


async def test_bad_names_ids_and_works_are_told_at_once(tmp_path: Path) -> None:
    """The clock of this server stands still: whatever is answered was not delayed."""
    async with server_here(tmp_path, limits="off") as here:
        _, asking = await here.caller.joined("alice")
        work = await here.caller.frame_work(sha256(b"bob"))
        for fields, code in (
            ({"name": "Bob", "work": work}, "bad_request"),
            ({"name": "carol", "work": work}, "bad_proof"),
            ({"name": "bob", "work": Work(bytes(41), bytes(64))}, "bad_proof"),
        ):
            answer = await asking.ask(LookUpName, **fields)
            assert isinstance(answer, Error)
            assert answer.code == code
        m1 = b"\1" + bytes(4095)
        for changes, code in (
            ({"bundle_id": b"other id"}, "bad_request"),
            ({"proof": work}, "bad_proof"),
        ):
            fields = {"bundle_id": bytes(8), "m1": m1, "proof": None, **changes}
            answer = await asking.ask(Knock, **fields)
            assert isinstance(answer, Error)
            assert answer.code == code
        start = {"door": "01", "frame": P1, "work": work}
        for name, code in (("Bob", "bad_request"), ("carol", "bad_proof")):
            answer = await asking.ask(PakeStart, username=name, **start)
            assert isinstance(answer, Error)
            assert answer.code == code


async def arrives(here: Here, line: Line, delay_s: float) -> bytes:
    """Let an answer come due: nothing before its tick, then one frame."""
    await here.until_due()
    here.clock.move(delay_s - 0.051)
    await here.sweep()
    with pytest.raises(TimeoutError):
        await line.socket.receive(0.05)
    here.clock.move(0.102)
    return await line.next_bytes()


async def test_answers_to_strangers_leave_when_they_are_due(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        here.clock.move(0.017)
        _, asking = await here.caller.joined("alice")
        owner, owning = await here.caller.joined("bob")
        await publish(owning, owner, 2)
        for name in ("bob", "nobody"):
            work = await here.caller.frame_work(sha256(name.encode()))
            await asking.send(LookUpName(seq=1, name=name, work=work))
            assert len(await arrives(here, asking, 0.3)) == 16384
        await asking.send(Knock(seq=2, bundle_id=bytes(8), m1=bytes(4096), proof=None))
        assert len(await arrives(here, asking, 0.3)) == 64
        for door in ("01", "02"):
            await owning.ask(OpenDoors, doors=["01"], ticket=None)
            work = await here.caller.frame_work(sha256(b"bob"))
            start = PakeStart(seq=3, username="bob", door=door, work=work, frame=P1)
            await asking.send(start)
            assert len(await arrives(here, asking, 2.0)) == 2112


class HangingDirectory(Directory):
    """A database that never answers who somebody is."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.asked = asyncio.Event()

    async def standing(self, account_key: bytes) -> Any:  # noqa: ARG002 -- the real one's
        self.asked.set()
        await asyncio.Event().wait()


async def test_an_answer_that_is_not_there_in_time_is_unreachable(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, asking = await here.caller.joined("alice")
        owner, owning = await here.caller.joined("bob")
        await publish(owning, owner, 2)
        hanging = HangingDirectory(here.node.directory._database)
        here.node.directory = hanging
        work = await here.caller.frame_work(sha256(b"bob"))
        await asking.send(LookUpName(seq=1, name="bob", work=work))
        await hanging.asked.wait()
        here.clock.move(0.35)
        assert await asking.next() == Unreachable(seq=1, pad=bytes(16378))


async def test_what_goes_to_the_owner_goes_at_once(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, asking = await here.caller.joined("alice")
        owner, owning = await here.caller.joined("bob")
        await publish(owning, owner, 2)
        work = await here.caller.frame_work(sha256(b"bob"))
        await asking.send(LookUpName(seq=1, name="bob", work=work))
        spent = await owning.next()
        here.clock.move(0.35)
        found = await asking.next()
        assert isinstance(found, Found)
        m1 = m1_for(found.devices[0].bundle)
        work = await here.caller.frame_work(sha256(m1))
        await asking.send(Knock(seq=2, bundle_id=m1[1:9], m1=m1, proof=work))
        assert isinstance(spent, Spent)
        assert isinstance(await owning.next(), Knocked)


async def test_only_admitted_certs_are_shown(tmp_path: Path) -> None:
    """A device whose renewed cert is listed but not here, or whose cert ran out, is not found."""
    async with server_here(tmp_path, limits="off") as here:
        _, asking = await here.caller.joined("alice")
        owner, owning = await here.caller.joined("bob")
        await publish(owning, owner, 2, 2)
        second = owner.other_device(epoch=2)
        renewed = owner.certify(owner.device, epoch=2)
        manifest = owner.list(renewed, second.cert, epoch=2)
        await here.node.directory.put_device(second.cert, manifest)
        work = await here.caller.frame_work(sha256(b"bob"))
        await asking.send(LookUpName(seq=1, name="bob", work=work))
        await here.until_due()
        await wait_until(
            lambda: not here.rest._sockets._frames._acts[LookUpName].__self__._searches
        )
        here.clock.move(0.35)
        assert isinstance(await asking.next(), Unreachable)


async def test_by_id_other_devices_of_the_account_are_found_too(caller: Caller) -> None:
    _, asking, owner, owning = await pair(caller)
    second = owner.other_device(epoch=2)
    second.manifest = second.list(owner.cert, second.cert)
    body = {
        "cert": second.cert.whole,
        "manifest": second.manifest.whole,
    }
    fields = {name: b64(whole) for name, whole in body.items()}
    fields["login"] = await caller.login(second)  # type: ignore[assignment]  # a JSON object
    answer = await caller.call("PUT", "/v1/devices", fields)
    other = await caller.open(answer.fields["token"])
    await publish(other, second, 2, 2, by_name=0)
    ids = [secrets.token_bytes(16) for _ in range(2)]
    await owning.ask(Announce, ids=[AnnouncedId(ids[0], 600, 0)])
    await asking.ask(Watch, ids=[ids[0]])
    assert len((await asking.ask(LookUpId, id=ids[0])).devices) == 1
    await other.ask(Announce, ids=[AnnouncedId(ids[1], 600, 0)])
    found = await asking.ask(LookUpId, id=ids[0])
    assert [each.cert for each in found.devices] == [owner.cert.whole, second.cert.whole]


async def test_publish_refuses_what_is_not_good_and_changes_nothing(caller: Caller) -> None:
    _, asking = await caller.joined(new_name())
    owner, owning = await caller.joined(new_name())
    stranger, _ = await caller.joined(new_name())
    [good, other] = bundles(owner, 2)
    old = PrivateBundle.make(owner.device, unix_now() - 1000, secrets.token_bytes).bundle.whole
    early = PrivateBundle.make(owner.device, unix_now() + 1000, secrets.token_bytes).bundle.whole
    for wrong in (
        [good[:-1] + bytes([good[-1] ^ 1])],
        [good + b"\0"],
        [b""],
        bundles(stranger),
        [old],
        [early],
        [good, other, good],
    ):
        answer = await owning.ask(
            Publish,
            by_name=ByName.EXACT_NAME,
            stranger_bundles=wrong,
            contact_bundles=[],
        )
        assert isinstance(answer, Error)
        assert answer.code == "bad_request"
    assert isinstance(await look_up(caller, asking, owner.name), Unreachable)
    fields = {"by_name": ByName.EXACT_NAME, "contact_bundles": []}
    assert isinstance(await owning.ask(Publish, stranger_bundles=[good], **fields), Ok)
    again = await owning.ask(Publish, stranger_bundles=[good], **fields)
    assert isinstance(again, Error)
    assert isinstance(await look_up(caller, asking, owner.name), Found)
    again = await owning.ask(Publish, stranger_bundles=[good], **fields)
    assert isinstance(again, Error)


async def test_renew_prolongs_the_socket(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, renewing = await here.caller.joined("alice")
        _, other = await here.caller.joined("bob")
        here.clock.move(899)
        await here.sweep()
        answer = await renewing.ask(Renew)
        assert isinstance(answer, NewToken)
        assert answer.expires_in == 900
        bearer = here.node.tokens.read(answer.token, here.clock.unix())
        assert bearer is not None
        assert bearer.scope is Scope.DEVICE
        here.clock.move(1)
        await here.sweep()
        assert await other.close_code() == 4401
        assert isinstance(await renewing.ask(Renew), NewToken)


async def test_a_device_that_is_gone_cannot_renew(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, line = await here.caller.joined("alice")
        here.clock.move(91 * DAY_S)
        await line.send(Renew(seq=1))
        assert await line.close_code() == 4401


@pytest.mark.parametrize("size", [4, 8])
async def test_a_mailbox_brings_two_frames_each_way(caller: Caller, size: int) -> None:
    _, owning = await caller.joined(new_name())
    guest = await caller.open(await caller.guest_token())
    opened = await owning.ask(MailboxOpen, size=size)
    assert isinstance(opened, MailboxOk)
    box = opened.box
    assert isinstance(box, str if size == 4 else bytes)
    kind = MailboxSend
    for sender, reader, frame in (
        (guest, owning, P1),
        (owning, guest, P2),
        (guest, owning, P3),
        (owning, guest, P4),
    ):
        assert isinstance(await sender.ask(kind, box=box, frame=frame), Ok)
        assert await reader.next() == Mail(box=box, frame=frame)
    refused = await guest.ask(kind, box=box, frame=P1)
    assert isinstance(refused, Error)
    assert refused.code == "forbidden"


async def test_a_guest_may_use_mailboxes_and_nothing_else(caller: Caller) -> None:
    guest = await caller.open(await caller.guest_token())
    for kind, fields in (
        (Renew, {}),
        (MailboxOpen, {"size": 4}),
        (Publish, {"by_name": ByName.LISTED, "stranger_bundles": [], "contact_bundles": []}),
        (Watch, {"ids": []}),
        (Answer, {"knock": bytes(16), "m2": M2}),
        (MailboxSend, {"box": "0000", "frame": P1}),
    ):
        answer = await guest.ask(kind, **fields)
        assert isinstance(answer, Error)
        assert answer.code == "forbidden"


async def test_a_friend_code_run_and_the_knock_with_its_ticket(caller: Caller) -> None:
    asker, asking, owner, owning = await pair(caller)
    _, other = await caller.joined(new_name())
    assert isinstance(await owning.ask(OpenDoors, doors=["07"], ticket=None), Ok)
    work = await caller.frame_work(sha256(owner.name.encode()))
    start = {"username": owner.name, "door": "07", "work": work, "frame": P1}
    asking.seq += 1
    await asking.send(PakeStart(seq=asking.seq, **start))
    p1 = await owning.next()
    assert isinstance(p1, Paked)
    assert (p1.seq, p1.door, p1.frame) == (0, "07", P1)
    refused = await other.ask(PakeStep, run=p1.run, frame=P2)
    assert isinstance(refused, Error)
    assert isinstance(await owning.ask(PakeStep, run=p1.run, frame=P2), Ok)
    p2 = await asking.next()
    assert isinstance(p2, Paked)
    assert (p2.seq, p2.run, p2.door, p2.frame) == (asking.seq, p1.run, "07", P2)
    asking.seq += 1
    await asking.send(PakeStep(seq=asking.seq, run=p2.run, frame=P3))
    p3 = await owning.next()
    assert isinstance(p3, Paked)
    assert (p3.seq, p3.run, p3.frame) == (0, p1.run, P3)
    ticket = secrets.token_bytes(16)
    assert isinstance(await owning.ask(OpenDoors, doors=["07"], ticket=ticket), Ok)
    assert isinstance(await owning.ask(PakeStep, run=p1.run, frame=P4), Ok)
    p4 = await asking.next()
    assert isinstance(p4, Paked)
    assert (p4.seq, p4.frame) == (asking.seq, P4)
    answer, m1 = await knock(asking, bundles(owner)[0], ticket)
    assert isinstance(answer, KnockOk)
    knocked = await owning.next()
    assert isinstance(knocked, Knocked)
    assert (knocked.how, knocked.m1, knocked.username) == (How.TICKET, m1, asker.name)
    over = await asking.ask(PakeStep, run=p1.run, frame=P3)
    assert isinstance(over, Error)
    assert over.code == "forbidden"


async def test_a_door_of_the_accounts_other_device_is_taken(caller: Caller) -> None:
    owner, owning = await caller.joined(new_name())
    assert isinstance(await owning.ask(OpenDoors, doors=["01", "02"], ticket=None), Ok)
    second = owner.other_device(epoch=2)
    second.manifest = second.list(owner.cert, second.cert)
    fields: dict[str, Any] = {
        "cert": b64(second.cert.whole),
        "manifest": b64(second.manifest.whole),
        "login": await caller.login(second),
    }
    answer = await caller.call("PUT", "/v1/devices", fields)
    other = await caller.open(answer.fields["token"])
    taken = await other.ask(OpenDoors, doors=["02", "03"], ticket=None)
    assert isinstance(taken, DoorsTaken)
    assert (taken.code, taken.doors) == ("taken", ("02",))


async def test_a_newer_socket_replaces_the_older(caller: Caller) -> None:
    somebody, first = await caller.joined(new_name())
    second = await caller.open(await caller.token(somebody))
    assert await first.close_code() == 4409
    assert isinstance(await second.ask(Watch, ids=[]), Ok)


async def test_a_socket_needs_a_token_a_subprotocol_and_an_upgrade(caller: Caller) -> None:
    _, line = await caller.joined(new_name())
    token = await caller.guest_token()
    bearer = {"Authorization": f"Bearer {token}"}
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol": "whisp.v1",
    }
    for changes, status in (
        ({"Sec-WebSocket-Protocol": "other"}, 400),
        ({"Sec-WebSocket-Protocol": ""}, 400),
        ({"Upgrade": "h2c"}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Sec-WebSocket-Version": "1"}, 400),
        ({"Authorization": ""}, 401),
        ({"Authorization": f"Bearer {token}x"}, 401),
        ({"Authorization": f"Basic {token}"}, 401),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ):
        headers = {**upgrade, **bearer, **changes}
        answer = await caller.call("GET", "/v1/socket", headers=headers)
        assert answer.status == status, (changes, answer)
        assert answer.headers["Content-Type"] == "application/problem+json"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await caller.open(token, protocols=())
    both = await caller.open(token, protocols=("chat", "whisp.v1"))
    assert both.socket.protocol == "whisp.v1"
    await line.close()


def packed(*fields: object) -> bytes:
    return msgspec.msgpack.encode(fields)


MALFORMED = [
    b"",
    b"\xc0",
    b"\x90",
    b"\xff" * 10,
    packed(99, 1),
    packed(64, 1),
    packed(10),
    packed(10, 0),
    packed(10, 2**32),
    packed(10, -1),
    packed(10, "1"),
    packed(10, 1, 1),
    packed(1, 1, 3, [], []),
    packed(1, 1, 1, [1], []),
    packed(2, 1, [[bytes(16), 1801, 0]]),
    packed(2, 1, [[bytes(16), 1, 2]]),
    packed(2, 1, [[bytes(15), 1, 1]]),
    packed(3, 1, [bytes(17)]),
    packed(3, 1, bytes(16)),
    packed(4, 1, "bob"),
    packed(4, 1, b"bob", [bytes(41), bytes(64)]),
    packed(4, 1, "bob", [bytes(41), bytes(63)]),
    packed(5, 1, bytes(8), bytes(4095), None),
    packed(5, 1, bytes(8), bytes(4096), bytes(15)),
    packed(5, 1, bytes(8), bytes(4096)),
    packed(6, 1, bytes(16), "m2"),
    packed(7, 1, ["1"], None),
    packed(7, 1, ["012"], None),
    packed(7, 1, ["01"] * 33, None),
    packed(9, 1, "open", 5),
    packed(9, 1, "12345", bytes(2048)),
    packed(9, 1, "1234", bytes(2047)),
    packed(11, 1, bytes(8), 2),
    packed(10, 1) + b"\0",
    b"\x92\x0a",
]


@pytest.mark.parametrize("frame", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_frame_closes(caller: Caller, frame: bytes) -> None:
    line = await caller.open(await caller.guest_token())
    await line.socket.send_bytes(frame)
    assert await line.close_code() == 4400


async def test_text_closes(caller: Caller) -> None:
    line = await caller.open(await caller.guest_token())
    await line.socket.send_str("hello")
    assert await line.close_code() == 4400


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (packed(10, 1, bytes(64)), 4413),
        (packed(1, 1, 1, [bytes(6144)], []), 4413),
        (packed(3, 1, [bytes(16)] * 4600), 4413),
        (packed(10, bytes(128 * 1024 - 7)), 4413),
        (packed(10, bytes(128 * 1024 - 6)), 1009),
    ],
    ids=["renew", "publish", "watch", "128 KiB", "above"],
)
async def test_a_frame_above_its_rows_size_closes(caller: Caller, frame: bytes, code: int) -> None:
    line = await caller.open(await caller.guest_token())
    await line.socket.send_bytes(frame)
    assert await line.close_code() == code


async def test_the_largest_frames_pass(caller: Caller) -> None:
    _, line = await caller.joined(new_name())
    ids = [secrets.token_bytes(16) for _ in range(4096)]
    assert isinstance(await line.ask(Watch, ids=ids), Ok)
    announced = [AnnouncedId(id_, 1800, 1) for id_ in ids[:1024]]
    assert isinstance(await line.ask(Announce, ids=announced), Ok)
    seen = await line.next()
    assert isinstance(seen, Seen)
    assert len(seen.ids) == 1024


async def test_a_frame_in_fragments_is_one_frame(caller: Caller) -> None:
    _, line = await caller.joined(new_name())
    frame = packed(10, 5)
    writer = line.socket._writer
    transport = writer.transport
    mask = bytes(4)
    transport.write(b"\x02\x81" + mask + frame[:1])
    transport.write(b"\x80" + bytes([0x80 | len(frame) - 1]) + mask + frame[1:])
    assert isinstance(await line.next(), NewToken)


async def test_a_client_that_does_not_mask_is_refused(caller: Caller) -> None:
    _, line = await caller.joined(new_name())
    frame = packed(10, 5)
    line.socket._writer.transport.write(bytes([0x82, len(frame)]) + frame)
    assert await line.close_code() == 1002


async def test_the_server_pings_and_lets_go_of_the_silent(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        token = await here.caller.guest_token()
        answering = await here.caller.open(token, autoping=False)
        silent = await here.caller.open(await here.caller.guest_token(), autoping=False)
        for line in (answering, silent):
            line.ping = asyncio.create_task(line.socket.receive(PATIENCE_S))  # type: ignore[attr-defined]  # kept for below
        loop = asyncio.get_running_loop()
        start = loop.time()
        here.rest.sweep(start + 19, here.clock.unix())
        await asyncio.sleep(0)
        assert not answering.ping.done()  # type: ignore[attr-defined]  # set above
        here.rest.sweep(start + 21, here.clock.unix())
        for line in (answering, silent):
            assert (await line.ping).type is aiohttp.WSMsgType.PING  # type: ignore[attr-defined]  # set above
        await answering.socket.pong()
        open_sockets = here.rest._sockets._open
        await wait_until(lambda: sum(each._pong_by is None for each in open_sockets) == 1)
        here.rest.sweep(start + 32, here.clock.unix())
        await wait_until(lambda: len(open_sockets) == 1)
        assert await silent.close_code() == 1006
        await answering.close()


async def test_a_clients_ping_and_close_are_answered(caller: Caller) -> None:
    line = await caller.open(await caller.guest_token(), autoping=False)
    await line.socket.ping(b"hello")
    message = await line.socket.receive(PATIENCE_S)
    assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"hello")
    await line.socket.close(code=4999)
    assert line.socket.close_code == 4999


async def test_more_than_32_requests_in_flight_close(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, line = await here.caller.joined("alice")
        for seq in range(1, 33):
            await line.send(Knock(seq=seq, bundle_id=bytes(8), m1=bytes(4096), proof=None))
        await here.until_due()
        [connection] = here.rest._sockets._open
        await wait_until(lambda: connection.in_flight == 32)
        here.clock.move(0.35)
        for _ in range(32):
            assert isinstance(await line.next(), KnockOk)
        for seq in range(1, 34):
            await line.send(Knock(seq=seq, bundle_id=bytes(8), m1=bytes(4096), proof=None))
        assert await line.close_code() == 4429


async def test_a_slow_reader_is_closed_and_holds_nobody_up(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        slow_token = (await here.caller.sign_up(Person("slow", (here.caller.host,)))).fields[
            "token"
        ]
        slow = await here.caller.open(slow_token)
        transport = slow.socket._writer.transport
        transport.pause_reading()
        [connection] = here.rest._sockets._open
        sent = 0
        while not connection.is_closing:
            connection.send(Unreachable(seq=1))
            sent += 1
            assert sent < 10_000
            await asyncio.sleep(0)
        assert connection._backlog is None
        assert sent > 128
        transport.resume_reading()
        assert await slow.close_code() in {4408, 1006}


async def test_pongs_that_nobody_reads_are_queued_like_any_frame(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, line = await here.caller.joined("alice")
        transport = line.socket._writer.transport
        transport.pause_reading()
        [connection] = here.rest._sockets._open
        thousand_pings = (b"\x89\xfd" + bytes(4 + 125)) * 1000
        async with asyncio.timeout(PATIENCE_S):
            while not connection.is_closing:
                transport.write(thousand_pings)
                await asyncio.sleep(0)
        assert connection._transport.get_write_buffer_size() < 4 * 64 * 1024
        transport.resume_reading()
        assert await line.close_code() in {4408, 1006}
        transport.abort()  # pings may be left that nobody takes any more


async def test_no_more_sockets_than_the_bound(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        here.rest._sockets._open.most = 1
        line = await here.caller.open(await here.caller.guest_token())
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.caller.open(await here.caller.guest_token())
        assert refused.value.status == 503
        await line.close()
        await wait_until(lambda: not here.rest._sockets._open)
        assert await here.caller.open(await here.caller.guest_token())


async def test_a_device_key_of_nobody_opens_nothing(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        stranger = DeviceKeys.generate(secrets.token_bytes).device_id
        token = here.node.tokens.issue(stranger, Scope.DEVICE, here.clock.unix())
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.caller.open(token)
        assert refused.value.status == 401


async def test_frames_behind_one_that_waits_are_taken_in_their_order(tmp_path: Path) -> None:
    async with server_here(tmp_path, limits="off") as here:
        _, line = await here.caller.joined("alice")
        for seq in range(1, 21):
            await line.send(Renew(seq=seq) if seq % 2 else Watch(seq=seq, ids=[]))
        assert [(await line.next()).seq for _ in range(20)] == list(range(1, 21))
        assert isinstance(await line.ask(Watch, ids=[]), Ok)

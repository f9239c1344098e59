"""Every command: what it asks of the core, what is answered, and what is refused."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

import pytest

from tests.headless.talk import Talk, talking
from whisp_desktop.headless.lines import LONGEST_LINE_BYTES
from whisp_desktop.headless.orders import LATER, ORDERS
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.commands import MessageId, RequestId

ACCOUNT = answers.Account("alice", "aa" * 32, "dd" * 16, "passphrase")
M1 = MessageId("01" + "ab" * 8)
OK = {"id": 1, "ok": True}
PEER = {"peer": "bob"}
REQUEST = {"request": "r1"}

DONE: list[tuple[dict[str, Any], commands.Command[Any], object, dict[str, Any]]] = [
    (
        {"do": "create_account", "name": "alice", "server": "http://127.0.0.1:1"},
        commands.CreateAccount("alice", "http://127.0.0.1:1"),
        ACCOUNT,
        {
            "name": "alice",
            "account_key": "aa" * 32,
            "device_id": "dd" * 16,
            "key_store": "passphrase",
        },
    ),
    ({"do": "check_name", "name": "bob"}, commands.CheckName("bob"), True, {"free": True}),
    (
        {"do": "look_up", "name": "bob"},
        commands.LookUp("bob"),
        answers.Found("bob", reachable=False),
        {"reachable": False},
    ),
    (
        {"do": "look_up", "name": "bob"},
        commands.LookUp("bob"),
        answers.Found("bob", True, "bb" * 32, "1" * 60, verified=False, devices=2),
        {"reachable": True, "safety_number": "1" * 60, "verified": False, "devices": 2},
    ),
    ({"do": "ask", "name": "bob"}, commands.Ask("bob"), "r1", REQUEST),
    ({"do": "ask", "name": "bob", "code": None}, commands.Ask("bob"), "r1", REQUEST),
    ({"do": "withdraw", **REQUEST}, commands.Withdraw(RequestId("r1")), None, {}),
    ({"do": "accept", **REQUEST}, commands.Accept(RequestId("r1")), None, {}),
    ({"do": "decline", **REQUEST}, commands.Decline(RequestId("r1")), None, {}),
    ({"do": "block", **REQUEST}, commands.Block(RequestId("r1")), None, {}),
    (
        {"do": "contacts"},
        commands.GetContacts(),
        (answers.ContactEntry("bob", "Bob", "bb", True, False, "away"),),
        {
            "contacts": [
                {
                    "name": "bob",
                    "petname": "Bob",
                    "account_key": "bb",
                    "verified": True,
                    "blocked": False,
                    "online": "away",
                    "key_changed": False,
                }
            ]
        },
    ),
    (
        {"do": "rename", "name": "bob", "petname": "Bob"},
        commands.Rename("bob", "Bob"),
        None,
        {},
    ),
    ({"do": "remove", "name": "bob"}, commands.Remove("bob"), None, {}),
    ({"do": "unblock", "name": "bob"}, commands.Unblock("bob"), None, {}),
    (
        {"do": "safety", "name": "bob"},
        commands.GetSafety("bob"),
        answers.Safety("1" * 60, "W1:…", verified=True),
        {"safety_number": "1" * 60, "qr": "W1:…", "verified": True},
    ),
    (
        {"do": "verify", "name": "bob", "qr": "W1:…"},
        commands.VerifyCard("bob", "W1:…"),
        None,
        {},
    ),
    (
        {"do": "verify", "name": "bob", "digits": "1" * 60},
        commands.Verify("bob", "1" * 60),
        None,
        {},
    ),
    (
        {"do": "devices"},
        device_commands.GetDevices(),
        (answers.DeviceEntry("dd", "Laptop", True, 1, 2, 3, True, False),),
        {
            "devices": [
                {
                    "device_id": "dd",
                    "name": "Laptop",
                    "this": True,
                    "added": 1,
                    "issued": 2,
                    "expires": 3,
                    "may_revoke": True,
                    "holds_account_key": False,
                    "revoked": "",
                }
            ]
        },
    ),
    (
        {"do": "rename_device", "device_id": "dd", "name": "Laptop"},
        device_commands.RenameDevice("dd", "Laptop"),
        None,
        {},
    ),
    (
        {"do": "revoke", "device_id": "dd", "reason": "lost"},
        device_commands.Revoke("dd", "lost"),
        None,
        {},
    ),
    (
        {"do": "share_contacts", "device_id": "dd", "agreed": True},
        device_commands.ShareContacts("dd", agreed=True),
        None,
        {},
    ),
    ({"do": "delete_account"}, device_commands.DeleteAccount(), None, {}),
    (
        {"do": "changed_key", "name": "bob"},
        commands.GetChangedKey("bob"),
        answers.ChangedKey("Bob", True, "1" * 60, "2" * 60),
        {"name": "Bob", "verified": True, "known_number": "1" * 60, "number_now": "2" * 60},
    ),
    ({"do": "take_changed_key", "name": "bob"}, commands.TakeChangedKey("bob"), None, {}),
    ({"do": "keep_known_key", "name": "bob"}, commands.KeepKnownKey("bob"), None, {}),
    (
        {"do": "card"},
        commands.GetCard(),
        answers.OwnCard("W1:…", "whisp:1#…"),
        {"qr": "W1:…", "link": "whisp:1#…"},
    ),
    (
        {"do": "add", "text": "W1:…"},
        commands.AddContact("W1:…", in_person=True),
        answers.CardFound("bob", ("a.example",), "bb", "1" * 60, (False,), "bob 2"),
        {"name": "bob 2", "hosts": ["a.example"]},
    ),
    (
        {"do": "add", "text": "whisp:1#…"},
        commands.AddContact("whisp:1#…", in_person=False),
        answers.CardFound("bob", (), "bb", "1" * 60, (), "bob"),
        {"name": "bob", "hosts": []},
    ),
    (
        {"do": "enroll_show"},
        device_commands.ShowToken(),
        answers.ShownToken("W1:…", 120),
        {"qr": "W1:…", "valid_s": 120},
    ),
    (
        {"do": "enroll_show", "hand_over_account_key": True, "may_revoke": False},
        device_commands.ShowToken(hand_over_account_key=True, may_revoke=False),
        answers.ShownToken("W1:…", 120),
        {"qr": "W1:…", "valid_s": 120},
    ),
    (
        {"do": "enroll_code"},
        device_commands.MakeCode(),
        answers.ShownCode("4821 7390 5516", 300),
        {"code": "4821 7390 5516", "valid_s": 300},
    ),
    ({"do": "enroll_scan", "qr": "W1:…"}, device_commands.ScanToken("W1:…"), None, {}),
    (
        {"do": "enroll_scan", "qr": "W1:…", "server": "whisp.example.org"},
        device_commands.ScanToken("W1:…", "whisp.example.org"),
        None,
        {},
    ),
    (
        {"do": "enroll_enter", "server": "whisp.example.org", "code": "4821 7390 5516"},
        device_commands.EnterCode("whisp.example.org", "4821 7390 5516"),
        None,
        {},
    ),
    (
        {"do": "enroll_confirm", "digits": "418602"},
        device_commands.ConfirmDigits("418602"),
        None,
        {},
    ),
    ({"do": "enroll_stop"}, device_commands.StopEnrolling(), None, {}),
    ({"do": "send", **PEER, "text": "hi"}, commands.Send("bob", "hi"), M1, {"message": M1[2:]}),
    (
        {"do": "send", **PEER, "text": "hi", "lifetime_s": 5, "reply_to": "m0"},
        commands.Send("bob", "hi", 5, MessageId("m0")),
        M1,
        {"message": M1[2:]},
    ),
    (
        {"do": "send", **PEER, "text": "hi", "lifetime_s": None, "reply_to": None},
        commands.Send("bob", "hi", 0),
        M1,
        {"message": M1[2:]},
    ),
    (
        {"do": "history", **PEER},
        commands.GetHistory("bob"),
        (
            commands.HistoryEntry(MessageId("01" + "ab" * 8), True, "hi", "seen", 5, 4.5),
            commands.HistoryEntry(MessageId("00" + "ab" * 8), False, "ho", "received", 0, None),
        ),
        {
            "history": [
                {
                    "message": "ab" * 8,
                    "mine": True,
                    "text": "hi",
                    "state": "seen",
                    "lifetime_s": 5,
                    "left_s": 4.5,
                },
                {
                    "message": "ab" * 8,
                    "mine": False,
                    "text": "ho",
                    "state": "received",
                    "lifetime_s": None,
                    "left_s": None,
                },
            ]
        },
    ),
    ({"do": "set_timer", **PEER, "lifetime_s": 60}, commands.SetTimer("bob", 60), None, {}),
    ({"do": "set_timer", **PEER, "lifetime_s": None}, commands.SetTimer("bob", 0), None, {}),
    (
        {"do": "delete", **PEER, "message": "m1"},
        commands.DeleteMessage("bob", MessageId("m1")),
        None,
        {},
    ),
    ({"do": "typing", **PEER}, commands.SetTyping("bob", typing=True), None, {}),
    ({"do": "leave", **PEER}, commands.Leave("bob"), None, {}),
    (
        {"do": "set_passphrase", "old": "horse", "new": "battery"},
        device_commands.ChangePassphrase(Secret(b"horse"), Secret(b"battery")),
        None,
        {},
    ),
    (
        {"do": "move_keys", "to": "keychain"},
        device_commands.MoveKeys("keychain"),
        "os-keychain:SecretService",
        {"key_store": "os-keychain:SecretService"},
    ),
    (
        {"do": "move_keys", "to": "passphrase", "passphrase": "horse"},
        device_commands.MoveKeys("passphrase", Secret(b"horse")),
        "passphrase",
        {"key_store": "passphrase"},
    ),
    ({"do": "set_aside"}, device_commands.SetAside(), "set-aside-1", {"name": "set-aside-1"}),
    ({"do": "set_aside"}, device_commands.SetAside(), "", {"name": None}),
    (
        {"do": "marks", "typing": True, "seen": False},
        commands.SetMarks(typing=True, seen=False),
        None,
        {},
    ),
    (
        {"do": "recovery_sheet", "passphrase": "horse"},
        device_commands.MakeRecoverySheet(Secret(b"horse")),
        answers.RecoverySheet("W1R:…", "0000 …"),
        {"qr": "W1R:…", "text": "0000 …"},
    ),
    (
        {"do": "recover", "text": "0000", "passphrase": "horse", "server": "http://127.0.0.1:1"},
        device_commands.Recover("0000", Secret(b"horse"), "http://127.0.0.1:1"),
        ACCOUNT,
        asdict(ACCOUNT),
    ),
]


@pytest.mark.parametrize(("fields", "command", "given", "answer"), DONE)
async def test_done(
    talk: Talk,
    fields: dict[str, Any],
    command: commands.Command[Any],
    given: object,
    answer: dict[str, Any],
) -> None:
    talk.core.answers[type(command)] = given
    assert await talk.order(**fields) == {**OK, **answer}
    assert talk.core.commands == [command]


def test_every_command_is_tried() -> None:
    tried = {fields["do"] for fields, *_ in DONE} | {"status", "unlock"}
    assert tried == set(ORDERS)
    assert not tried & LATER


async def test_unlock(talk: Talk) -> None:
    assert await talk.order(do="unlock", passphrase="horse") == OK
    unlock = await talk.core.done(commands.Unlock)
    assert isinstance(unlock, commands.Unlock)
    assert unlock.passphrase == Secret(b"horse")


async def test_what_the_core_refuses(talk: Talk) -> None:
    talk.core.answers[commands.Send] = RefusedError("not_connected", "Ask to talk first.")
    assert await talk.order(do="send", peer="bob", text="hi") == {
        "id": 1,
        "ok": False,
        "code": "not_connected",
        "say": "Ask to talk first.",
    }


@pytest.mark.parametrize("name", sorted(LATER))
async def test_what_is_not_built(talk: Talk, name: str) -> None:
    answer = await talk.order(do=name, anything=1)
    assert (answer["id"], answer["ok"], answer["code"]) == (1, False, "not_available")
    assert answer["say"].endswith(".")


@pytest.mark.parametrize(
    ("line", "order_id", "code"),
    [
        (b"nonsense", None, "bad_json"),
        (b"", None, "bad_json"),
        (b"\xff", None, "bad_utf8"),
        (b'{"do":"status"}', None, "missing_field"),
        (b'{"id":[],"do":"status"}', None, "bad_field"),
        (b'{"id":"x"}', "x", "missing_field"),
        (b'{"id":2,"do":7}', 2, "bad_field"),
        (b'{"id":2,"do":"dance"}', 2, "unknown_command"),
        (b'{"id":2,"do":"STATUS"}', 2, "unknown_command"),
        (b'{"id":2,"do":"status","more":1}', 2, "unknown_field"),
        (b'{"id":2,"do":"send","peer":"bob"}', 2, "missing_field"),
        (b'{"id":2,"do":"send","peer":"bob","text":7}', 2, "bad_field"),
        (b'{"id":2,"do":"send","peer":"bob","text":"\\ud800"}', 2, "bad_field"),
        (b'{"id":2,"do":"send","peer":"bob","text":"x","lifetime_s":"5"}', 2, "bad_field"),
        (b'{"id":2,"do":"set_timer","peer":"bob"}', 2, "missing_field"),
        (b'{"id":2,"do":"marks","typing":1,"seen":true}', 2, "bad_field"),
        (b'{"id":2,"do":"ask","name":"bob","code":"123"}', 2, "not_available"),
        (b'{"id":2,"do":"create_account","name":"bob"}', 2, "missing_field"),
        (b'{"id":2,"do":"unlock","passphrase":"x","' + b"x" * LONGEST_LINE_BYTES, None,
         "line_too_long"),
    ],
)  # fmt: skip
async def test_a_wrong_line_is_answered_and_nothing_else_happens(
    talk: Talk, line: bytes, order_id: object, code: str
) -> None:
    await talk.write(line + b"\n")
    answer = await talk.read()
    assert (answer["id"], answer["ok"], answer["code"]) == (order_id, False, code)
    assert answer["say"].endswith(".")
    assert talk.core.commands == []
    assert (await talk.order(do="leave", peer="bob"))["ok"]


async def test_status_of_nobody_and_of_somebody(talk: Talk) -> None:
    talk.core.answers[commands.GetStatus] = _status(None)
    answer = await talk.order(do="status")
    assert [answer[name] for name in ("name", "account_key", "device_id")] == [None] * 3
    assert answer["key_store"] == "os-keychain:SecretService"
    talk.core.answers[commands.GetStatus] = _status(ACCOUNT)
    assert await talk.order(do="status") == {
        **OK,
        "name": "alice",
        "account_key": "aa" * 32,
        "device_id": "dd" * 16,
        "key_store": "passphrase",
        "presence": "online",
        "discovery": "default",
        "route": "any",
        "server": {"url": "http://127.0.0.1:1", "connected": True},
        "sessions": ["bob"],
        "shields": {"capture": "absent", "lock": "absent", "hotkey": "absent"},
    }


def _status(account: answers.Account | None) -> answers.Status:
    return answers.Status(
        profile="open" if account else "new",
        account=account,
        key_store=account.key_store if account else "os-keychain:SecretService",
        keychain_refused="",
        presence="online",
        discovery="default",
        route="any",
        server_url="http://127.0.0.1:1",
        server_connected=True,
        sessions=("bob",),
        capture="absent",
        lock="absent",
        hotkey="absent",
    )


async def test_the_server_of_the_command_line_is_where_accounts_are_made() -> None:
    async with talking("http://127.0.0.1:1") as talk:
        talk.core.answers[commands.CreateAccount] = ACCOUNT
        assert (await talk.order(do="create_account", name="alice"))["ok"]
        assert talk.core.commands == [commands.CreateAccount("alice", "http://127.0.0.1:1")]
        assert (await talk.order(do="create_account", name="alice", server="x"))["ok"]
        assert talk.core.commands[1] == commands.CreateAccount("alice", "x")
        talk.core.answers[device_commands.Recover] = ACCOUNT
        assert (await talk.order(do="recover", text="0000", passphrase="horse"))["ok"]
        recover = device_commands.Recover("0000", Secret(b"horse"), "http://127.0.0.1:1")
        assert talk.core.commands[2] == recover


async def test_commands_are_done_in_their_order(talk: Talk) -> None:
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    talk.core.answers[commands.Send] = first
    lines = [{"id": n, "do": "send", "peer": "bob", "text": str(n)} for n in range(3)]
    await talk.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    await talk.core.done(commands.Send)
    first.set_result(M1)
    assert [(await talk.read())["id"] for _ in range(3)] == [0, 1, 2]
    assert [getattr(command, "text", None) for command in talk.core.commands] == ["1", "2"]


async def test_a_question_to_others_holds_up_nobody(talk: Talk) -> None:
    asked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    talk.core.answers[commands.CheckName] = asked
    await talk.write(b'{"id":"slow","do":"check_name","name":"bob"}\n')
    assert (await talk.order(do="leave", peer="bob"))["ok"]
    asked.set_result(True)
    assert await talk.read() == {"id": "slow", "ok": True, "free": True}


async def test_what_was_asked_before_the_input_ended_is_answered() -> None:
    async with talking() as talk:
        asked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        talk.core.answers[commands.CheckName] = asked
        await talk.write(
            b'{"id":1,"do":"check_name","name":"bob"}\n{"id":2,"do":"leave","peer":"b"}'
        )
        talk.end_input()
        assert (await talk.read())["id"] == 2
        assert not talk.core.closed
        asked.set_result(False)
        assert await talk.read() == {"id": 1, "ok": True, "free": False}
    assert talk.core.closed


async def test_a_history_that_is_longer_than_a_line_leaves_out_the_oldest(talk: Talk) -> None:
    entries = tuple(
        commands.HistoryEntry(MessageId(f"01{n:016x}"), True, "\x01" * 12_000, "sent", 0, None)
        for n in range(100)
    )
    talk.core.answers[commands.GetHistory] = entries
    await talk.write(b'{"id":1,"do":"history","peer":"bob"}\n')
    line = await talk.read_line()
    answer = json.loads(line)
    assert len(line) <= LONGEST_LINE_BYTES
    assert answer["left_out"] + len(answer["history"]) == 100
    assert answer["history"][-1]["message"] == f"{99:016x}"
    assert len(answer["history"]) == 14


async def test_typing_stops_when_the_text_is_sent(talk: Talk) -> None:
    talk.core.answers[commands.Send] = M1
    await talk.order(do="typing", peer="bob")
    await talk.order(do="typing", peer="bob")
    await talk.order(do="send", peer="bob", text="hi")
    await talk.order(do="send", peer="bob", text="hi")
    typing = [command for command in talk.core.commands if isinstance(command, commands.SetTyping)]
    assert [command.typing for command in typing] == [True, True, False]


async def test_typing_stops_by_itself(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whisp_desktop.headless.typing_marks.STOPS_AFTER_S", 0.01)
    await talk.order(do="typing", peer="bob")
    assert await talk.core.done(commands.SetTyping) == commands.SetTyping("bob", typing=True)
    assert await talk.core.done(commands.SetTyping) == commands.SetTyping("bob", typing=False)

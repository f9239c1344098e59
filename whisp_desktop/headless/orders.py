"""The commands of a line: their names, their fields, and what is answered.

The words are those of the table in the in-app help; what a command does is the core's affair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from whisp_desktop.headless import answers
from whisp_desktop.headless.encoding import Object
from whisp_desktop.headless.fields import Fields
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import commands, device_commands
from whisp_desktop.session.answers import CardFound
from whisp_desktop.session.commands import Command, MessageId, RequestId

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Order(Generic[Answer]):
    """How a command is read from its fields and answered.

    `waits` -- it asks somebody else and changes nothing here: other commands go past it.
    """

    read: Callable[[Fields], Command[Answer]]
    answer: Callable[[Answer], Object]
    waits: bool = False


def order(name: str) -> Order[Any]:
    """Return the command of this name. RefusedError: `unknown_command`, `not_available`."""
    if name in LATER:
        raise RefusedError("not_available", "This version of Whisp does not do that.")
    try:
        return ORDERS[name]
    except KeyError:
        raise RefusedError("unknown_command", "There is no such command.") from None


def _ask(fields: Fields) -> Command[RequestId]:
    command = commands.Ask(fields.text("name"))
    if fields.text_or_none("code") is not None:
        raise RefusedError("not_available", "This version of Whisp knows no friend codes.")
    return command


def _add(fields: Fields) -> Command[CardFound]:
    """Add: a QR text was scanned from the other's own screen, a link comes from anybody."""
    text = fields.text("text")
    return commands.AddContact(text, in_person=text.startswith("W1:"))


def _send(fields: Fields) -> Command[MessageId]:
    peer, text = fields.text("peer"), fields.text("text")
    lifetime_s = _lifetime_s(fields) if fields.has("lifetime_s") else None
    reply_to = fields.text_or_none("reply_to")
    return commands.Send(peer, text, lifetime_s, MessageId(reply_to) if reply_to else None)


def _lifetime_s(fields: Fields) -> int:
    """Null is *until it ends*, which the core calls 0."""
    return fields.whole_number_or_null("lifetime_s") or 0


def _rights(fields: Fields) -> tuple[bool, bool]:
    """Return whether a new device shall hold the account key, and whether it may revoke."""
    hand_over = fields.has("hand_over_account_key") and fields.flag("hand_over_account_key")
    return hand_over, not fields.has("may_revoke") or fields.flag("may_revoke")


def _move_keys(fields: Fields) -> Command[str]:
    passphrase = fields.secret("passphrase") if fields.has("passphrase") else None
    return device_commands.MoveKeys(fields.text("to"), passphrase)


def _verify(fields: Fields) -> Command[None]:
    """By the digits that were read out, or by the code that was scanned."""
    name = fields.text("name")
    if fields.has("qr"):
        return commands.VerifyCard(name, fields.text("qr"))
    return commands.Verify(name, fields.text("digits"))


def _request(fields: Fields) -> RequestId:
    return RequestId(fields.text("request"))


ORDERS: dict[str, Order[Any]] = {
    "unlock": Order(lambda f: commands.Unlock(f.secret("passphrase")), answers.nothing),
    "create_account": Order(
        lambda f: commands.CreateAccount(f.text("name"), f.text("server")), answers.whole
    ),
    "status": Order(lambda _: commands.GetStatus(), answers.status),
    "check_name": Order(lambda f: commands.CheckName(f.text("name")), answers.free, waits=True),
    "look_up": Order(lambda f: commands.LookUp(f.text("name")), answers.found, waits=True),
    "ask": Order(_ask, answers.request),
    "withdraw": Order(lambda f: commands.Withdraw(_request(f)), answers.nothing),
    "accept": Order(lambda f: commands.Accept(_request(f)), answers.nothing),
    "decline": Order(lambda f: commands.Decline(_request(f)), answers.nothing),
    "block": Order(lambda f: commands.Block(_request(f)), answers.nothing),
    "contacts": Order(lambda _: commands.GetContacts(), answers.contacts),
    "rename": Order(lambda f: commands.Rename(f.text("name"), f.text("petname")), answers.nothing),
    "remove": Order(lambda f: commands.Remove(f.text("name")), answers.nothing),
    "unblock": Order(lambda f: commands.Unblock(f.text("name")), answers.nothing),
    "safety": Order(lambda f: commands.GetSafety(f.text("name")), answers.safety),
    "verify": Order(_verify, answers.nothing),
    "changed_key": Order(lambda f: commands.GetChangedKey(f.text("name")), answers.whole),
    "take_changed_key": Order(lambda f: commands.TakeChangedKey(f.text("name")), answers.nothing),
    "keep_known_key": Order(lambda f: commands.KeepKnownKey(f.text("name")), answers.nothing),
    "card": Order(lambda _: commands.GetCard(), answers.whole),
    "add": Order(_add, answers.added),
    "send": Order(_send, answers.message),
    "history": Order(lambda f: commands.GetHistory(f.text("peer")), answers.history),
    "set_timer": Order(
        lambda f: commands.SetTimer(f.text("peer"), _lifetime_s(f)), answers.nothing
    ),
    "delete": Order(
        lambda f: commands.DeleteMessage(f.text("peer"), MessageId(f.text("message"))),
        answers.nothing,
    ),
    "typing": Order(lambda f: commands.SetTyping(f.text("peer"), typing=True), answers.nothing),
    "leave": Order(lambda f: commands.Leave(f.text("peer")), answers.nothing),
    "devices": Order(lambda _: device_commands.GetDevices(), answers.devices),
    "rename_device": Order(
        lambda f: device_commands.RenameDevice(f.text("device_id"), f.text("name")),
        answers.nothing,
    ),
    "revoke": Order(
        lambda f: device_commands.Revoke(f.text("device_id"), f.text("reason")), answers.nothing
    ),
    "share_contacts": Order(
        lambda f: device_commands.ShareContacts(f.text("device_id"), f.flag("agreed")),
        answers.nothing,
    ),
    "delete_account": Order(lambda _: device_commands.DeleteAccount(), answers.nothing),
    "enroll_show": Order(lambda f: device_commands.ShowToken(*_rights(f)), answers.whole),
    "enroll_code": Order(lambda f: device_commands.MakeCode(*_rights(f)), answers.whole),
    "enroll_confirm": Order(
        lambda f: device_commands.ConfirmDigits(f.text("digits")), answers.nothing
    ),
    "enroll_scan": Order(
        lambda f: device_commands.ScanToken(f.text("qr"), f.text_or_none("server") or ""),
        answers.nothing,
    ),
    "enroll_enter": Order(
        lambda f: device_commands.EnterCode(f.text("server"), f.text("code")), answers.nothing
    ),
    "recovery_sheet": Order(
        lambda f: device_commands.MakeRecoverySheet(f.secret("passphrase")), answers.whole
    ),
    "recover": Order(
        lambda f: device_commands.Recover(f.text("text"), f.secret("passphrase"), f.text("server")),
        answers.whole,
    ),
    "enroll_stop": Order(lambda _: device_commands.StopEnrolling(), answers.nothing),
    "set_passphrase": Order(
        lambda f: device_commands.ChangePassphrase(f.secret("old"), f.secret("new")),
        answers.nothing,
    ),
    "move_keys": Order(_move_keys, answers.key_store),
    "set_aside": Order(lambda _: device_commands.SetAside(), answers.set_aside),
    "marks": Order(
        lambda f: commands.SetMarks(typing=f.flag("typing"), seen=f.flag("seen")), answers.nothing
    ),
}

LATER = frozenset(
    (
        "presence",
        "visible",
        "discovery",
        "friend_code",
        "route",
        "proxy",
        "servers",
        "server_add",
        "server_remove",
        "directory",
        "set_lock",
        "set_duress",
        "send_file",
        "accept_file",
        "cancel_file",
        "self_test",
        "lock",
        "panic",
    )
)
"""Commands of the table that this version answers with `not_available`."""

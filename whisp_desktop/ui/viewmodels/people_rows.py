"""The rows of the left column: what each stands for, and what it says."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from whisp_desktop.session.answers import ContactEntry

translate = QCoreApplication.translate


class RowKind(StrEnum):
    """What a row of the list stands for."""

    SECTION = "section"
    REQUEST = "request"
    TALKING = "talking"
    CONTACT = "contact"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list.

    key -- a request's id, or a peer's name; empty for a section
    presence -- `online`, `away`, `offline` or empty
    count -- requests of a section, unread messages of a conversation; 0 shows nothing
    """

    kind: RowKind
    key: str
    title: str
    line: str = ""
    account_key: str = ""
    verified: bool = False
    presence: str = ""
    count: int = 0
    spoken: str = ""
    key_changed: bool = False


def contact_row(entry: ContactEntry, *, connecting: bool) -> Row:
    """Return the row of a contact with whom no conversation is open."""
    lines = {
        "online": translate("PeopleRows", "Online"),
        "away": translate("PeopleRows", "Away"),
    }
    line = lines.get(entry.online, translate("PeopleRows", "Offline"))
    if entry.key_changed:
        line = translate("PeopleRows", "{state}, key changed").format(state=line)
    return Row(
        RowKind.CONTACT,
        entry.petname,
        entry.petname,
        translate("PeopleRows", "Online, connecting") if connecting else line,
        entry.account_key,
        entry.verified,
        entry.online,
        spoken=spoken(entry.petname, line, verified=entry.verified),
        key_changed=entry.key_changed,
    )


def blocked_row(entry: ContactEntry) -> Row:
    """Return the row of somebody of whom one hears nothing."""
    line = translate("PeopleRows", "Blocked")
    return Row(
        RowKind.BLOCKED,
        entry.petname,
        entry.petname,
        line,
        entry.account_key,
        entry.verified,
        spoken=spoken(entry.petname, line, verified=entry.verified),
    )


def spoken(name: str, line: str, *, verified: bool) -> str:
    """Return what a screen reader says of a row."""
    sentence = (
        translate("PeopleRows", "{name}, verified, {state}")
        if verified
        else translate("PeopleRows", "{name}, not verified, {state}")
    )
    return sentence.format(name=name, state=line.lower())


def section(title: str, rows: tuple[Row, ...], count: int = 0) -> tuple[Row, ...]:
    """Return the rows under their title; nothing where there are none."""
    return (Row(RowKind.SECTION, "", title, count=count), *rows) if rows else ()

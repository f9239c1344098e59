"""The rows of one conversation: at most 500 messages, and before them the first line.

Words stay in the core's `MessageText` buffers; they are read to be painted or spoken, never kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from whisp_desktop.chat.buffer import MOST_MESSAGES, MessageText
from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui.viewmodels.lifetimes import goes_in

translate = QCoreApplication.translate

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class Mark(StrEnum):
    """How far a message has come."""

    SENDING = "sending"
    DELIVERED = "delivered"
    SEEN = "seen"
    NOT_SENT = "not-sent"
    RECEIVED = "received"


@dataclass(slots=True, eq=False)
class MessageRow:
    """A message as a row.

    `written_at` is Unix time for the clock beside it; `expires_at` and `going_since` are seconds
    of the monotonic clock, None until the timer runs or the row goes.
    """

    message: MessageId
    mine: bool
    author: str
    text: MessageText
    lifetime_s: int
    written_at: float
    mark: Mark
    expires_at: float | None = None
    going_since: float | None = None

    @property
    def time_of_day(self) -> str:
        """When it was written, such as 14:03."""
        return time.strftime("%H:%M", time.localtime(self.written_at))

    def left_s(self, now: float) -> float | None:
        """How long it stays, in seconds; None while its timer does not run."""
        return None if self.expires_at is None else max(0.0, self.expires_at - now)


class MessageList(QAbstractListModel):
    """Row 0 is the first line of the conversation, as soon as there is one."""

    going = Signal(QModelIndex)
    """The words of a row are gone; its shape may still be shown coming apart."""
    timer_started = Signal()

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self._first_line = ""
        self._rows: list[MessageRow] = []
        self._by_id: dict[MessageId, MessageRow] = {}

    @property
    def rows(self) -> list[MessageRow]:
        """The messages, oldest first; row n of the model is number n - 1 here."""
        return self._rows

    @property
    def first_line(self) -> str:
        """What stands above all messages."""
        return self._first_line

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the messages and the first line."""
        if (parent is not None and parent.isValid()) or not self._first_line:
            return 0
        return len(self._rows) + 1

    def row_at(self, index: _Index) -> MessageRow | None:
        """Return the message of an index; None for the first line."""
        return self._rows[index.row() - 1] if index.row() > 0 else None

    def place_of(self, row: MessageRow | None) -> int:
        """Return the model's number of a message that is here; of None that of the first line."""
        return 0 if row is None else self._rows.index(row) + 1

    def index_of(self, row: MessageRow) -> QModelIndex:
        """Return the index of a message that is here."""
        return self.index(self.place_of(row))

    def is_staying(self, row: MessageRow | None) -> bool:
        """Tell whether a row is here and does not go."""
        return row is None or (row.going_since is None and row.message in self._by_id)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row itself for painters, and what a screen reader says of it."""
        if not index.isValid():
            return None
        row = self.row_at(index)
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._first_line if row is None else self._spoken(row)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Tell that a row can be chosen, unless it goes."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        row = self.row_at(index)
        if row is not None and row.going_since is not None:
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def open(self, first_line: str) -> None:
        """Begin with the line that says since when both are here."""
        self.beginResetModel()
        self._first_line = first_line
        self.endResetModel()

    def clear(self) -> None:
        """Drop everything at once, without a show."""
        self.beginResetModel()
        self._first_line = ""
        self._rows.clear()
        self._by_id.clear()
        self.endResetModel()

    def add(self, row: MessageRow) -> None:
        """Take a new message; one that is here already is passed over, the oldest make room."""
        if row.message in self._by_id:
            return
        while len(self._rows) >= MOST_MESSAGES:
            self.drop(self._rows[0].message)
        place = len(self._rows) + 1
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.append(row)
        self._by_id[row.message] = row
        self.endInsertRows()

    def mark(self, message: MessageId, mark: Mark) -> None:
        """Show how far a message has come."""
        row = self._by_id.get(message)
        if row is not None and row.mark != mark:
            row.mark = mark
            self._tell(self.index_of(row))

    def start_timer(self, message: MessageId, expires_at: float) -> None:
        """Let the ring of a message run."""
        row = self._by_id.get(message)
        if row is not None:
            row.expires_at = expires_at
            self._tell(self.index_of(row))
            self.timer_started.emit()

    def let_go(self, message: MessageId) -> None:
        """Keep the shape of a row whose words are gone, until somebody drops it."""
        row = self._by_id.get(message)
        if row is not None and row.going_since is None:
            row.going_since = self.clock()
            index = self.index_of(row)
            self._tell(index)
            self.going.emit(index)

    def drop(self, message: MessageId) -> None:
        """Take a row away at once."""
        row = self._by_id.pop(message, None)
        if row is None:
            return
        place = self._rows.index(row) + 1
        self.beginRemoveRows(QModelIndex(), place, place)
        self._rows.remove(row)
        self.endRemoveRows()

    def timers(self) -> list[MessageRow]:
        """Return the rows whose ring runs."""
        return [row for row in self._rows if row.expires_at and row.going_since is None]

    def _tell(self, index: QModelIndex) -> None:
        self.dataChanged.emit(index, index)

    def _spoken(self, row: MessageRow) -> str:
        words = row.text.read()
        if not words or row.going_since is not None:
            return ""
        who = translate("MessageList", "You") if row.mine else row.author
        spoken = translate("MessageList", "{who}, {time}: {words}").format(
            who=who, time=row.time_of_day, words=words
        )
        mark = {
            Mark.SENDING: translate("MessageList", "Sending."),
            Mark.DELIVERED: translate("MessageList", "Delivered."),
            Mark.SEEN: translate("MessageList", "Seen."),
            Mark.NOT_SENT: translate("MessageList", "Not sent."),
            Mark.RECEIVED: "",
        }[row.mark]
        left_s = row.left_s(self.clock())
        goes = "" if left_s is None else goes_in(left_s)
        return " ".join(part for part in (spoken, mark, goes) if part)

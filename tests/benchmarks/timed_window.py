"""The window that the journeys drive, with the moments in which a key is pressed and a row painted.

Moments are nanoseconds of CLOCK_MONOTONIC, which all processes of a computer share.
"""

import argparse
import os
import sys
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.benchmarks.own_process import start_module
from tests.journeys.window_driver import Driver, _visible
from tests.journeys.windows import Window
from whisp_desktop.app import core_maker, show_window
from whisp_desktop.log import set_up_logs
from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui.life import live
from whisp_desktop.ui.viewmodels.messages import MessageList
from whisp_desktop.ui.views import conversation_page
from whisp_desktop.ui.views.message_list import MessageListView


@dataclass
class Row:
    """When a message was taken into the list, and when its row was painted first."""

    mine: bool
    listed_ns: int
    painted_ns: int | None = None


_rows: dict[MessageId, Row] = {}


class TimedList(MessageListView):
    """Notes both moments of every row that is the newest one."""

    def __init__(self, messages: MessageList, parent: QWidget | None = None) -> None:
        messages.rowsInserted.connect(partial(_note_listed, messages))  # before the view's own
        super().__init__(messages, parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted_ns = time.monotonic_ns()
        messages = self.model()
        assert isinstance(messages, MessageList)
        newest = messages.rows[-1] if messages.rows else None
        if newest is None or _rows[newest.message].painted_ns is not None:
            return
        if self.visualRect(messages.index_of(newest)).intersects(event.rect()):
            _rows[newest.message].painted_ns = painted_ns


def _note_listed(messages: MessageList, *_: object) -> None:
    newest = messages.rows[-1]
    _rows[newest.message] = Row(newest.mine, time.monotonic_ns())


class TimedDriver(Driver):
    """Presses Enter, and tells when that and each row's first painting was."""

    def _do_enter(self, name: str) -> int:
        """Press Enter in a field; return the moment before it."""
        widget = _visible(name)
        assert widget is not None
        pressed_ns = time.monotonic_ns()
        QTest.keyClick(widget, Qt.Key.Key_Return)
        return pressed_ns

    def _do_rows(self, *, mine: bool) -> list[tuple[int, int | None]]:
        """Return both moments of the rows of this or of the other side, in their order."""
        return [(row.listed_ns, row.painted_ns) for row in _rows.values() if row.mine is mine]


class TimedWindow(Window):
    """Such a window in a process of its own, offscreen."""

    async def start(self) -> Self:
        """Show the window and wait until it can be driven."""
        self._process = await start_module(
            "tests.benchmarks.timed_window",
            ("--profile", str(self.profile), "--server", self.server_url),
            self.profile.with_suffix(".home"),
            stdin=PIPE,
            stdout=PIPE,
            QT_QPA_PLATFORM="offscreen",
        )
        assert await self._answer(0) == "ready"
        return self

    @property
    def process_id(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid


def main() -> int:
    """Show the window and drive it until it is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--server", required=True)
    given = parser.parse_args()
    output = os.dup(1)
    os.dup2(2, 1)
    set_up_logs(verbose=False)
    conversation_page.MessageListView = TimedList  # type: ignore[attr-defined]  # see the page
    application, window = show_window(given.profile)
    driver = TimedDriver(output)
    ended = live(application, window, core_maker(given.profile, given.server), given.profile)
    del driver
    return 0 if ended else 1


if __name__ == "__main__":
    sys.exit(main())

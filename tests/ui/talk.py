"""A conversation that a test writes: events through a fake bridge into a real page."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from tests.fakes.fake_bridge import FakeBridge
from tests.fakes.patience import until
from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.session import events
from whisp_desktop.session.commands import MessageId
from whisp_desktop.session.events import SessionEnd
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.views.conversation_page import ConversationPage, LeaveQuestion

BOB_KEY = "01" + "0" * 62


class Talk:
    """Bob and the one in front of the window."""

    def __init__(self, width: int = 816, height: int = 720) -> None:
        self.bridge = FakeBridge()
        self.view_model = ConversationViewModel(self.bridge, "Bob", BOB_KEY)  # type: ignore[arg-type]
        self.page = ConversationPage(self.view_model)
        self.page.resize(width, height)
        self.texts: dict[MessageId, MessageText] = {}

    def open(self, lifetime_s: int = 0, *, verified: bool = True) -> "Talk":
        since = int(time.time()) - 720
        self.bridge.tell(
            events.Opened("Bob", BOB_KEY, "direct", verified, True, since),
            events.PeerShields("Bob", "enforced", "app-lock", 1),
        )
        if lifetime_s:
            self.bridge.tell(events.TimerChanged("Bob", lifetime_s, True))
        return self

    def show(self) -> "Talk":
        self.page.show()
        return self

    async def activate(self) -> "Talk":
        self.show()
        await until(self.page.isActiveWindow)
        await settle()
        return self

    def say(
        self, words: str, *, mine: bool, lifetime_s: int = 0, left_s: float = 0, mark: str = ""
    ) -> MessageId:
        message = MessageId(f"{len(self.texts) + 1:016x}")
        self.texts[message] = MessageText(words.encode())
        kind: Any = events.Written if mine else events.Arrived
        self.bridge.tell(kind("Bob", message, self.texts[message], lifetime_s, None))
        if mark in ("delivered", "seen"):
            self.bridge.tell(events.Delivered("Bob", message))
        if mark == "seen":
            self.bridge.tell(events.Seen("Bob", message, True))
        if left_s:
            self.bridge.tell(events.TimerStarted("Bob", message, time.monotonic() + left_s))
        return message

    def wipe(self, message: MessageId, why: MessageEnd = MessageEnd.EXPIRED) -> None:
        """As the core does: first the buffer, then the event."""
        self.texts[message].close()
        self.bridge.tell(events.Gone("Bob", message, why))

    def end(self, why: SessionEnd = SessionEnd.LEFT, *, by_me: bool = False) -> None:
        for text in self.texts.values():
            text.close()
        self.bridge.tell(events.Closed("Bob", why, by_me))

    def close(self) -> None:
        self.page.close()
        self.page.deleteLater()


async def settle() -> None:
    """Let Qt do what it has posted: layouts, resizes, deletions."""
    for _ in range(4):
        await asyncio.sleep(0)


async def between_tasks(act: Callable[[], object]) -> None:
    """Do what lets Qt run its events meanwhile, as keys and clicks on a window's handle do.

    Inside a task no other task could take its turn then, and would wait for ever.
    """
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_soon(act)
    loop.call_soon(done.set)
    await done.wait()


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def same(one: QImage, other: QImage) -> bool:
    return bool(one == other)


def on_screen(widget: QWidget) -> QImage:
    """What the screen has of a widget, by whatever it was painted or moved."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return window.screen().grabWindow(window.winId()).copy(place).toImage()


class Paintings(QObject):
    """What of a widget is painted from now on."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.regions: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False

    def region(self) -> QRegion:
        whole = QRegion()
        for region in self.regions:
            whole += region
        return whole


def every_state(talk: Talk) -> Iterator[str]:
    """Bring a conversation from its beginning to its end, with whatever can be open in it."""
    yield "connecting"
    talk.open(3600, verified=False).show()
    talk.say("Hi Alice. I have the lease with me.", mine=False, lifetime_s=3600, left_s=50)
    talk.view_model.refused.emit("", "That is 1 byte too long. Send it in parts.")
    yield "open"
    talk.wipe(talk.say("the oldest", mine=False), MessageEnd.EVICTED)
    yield "full"
    talk.page.open_timer_menu()
    yield "timer menu"
    talk.page.leave()
    yield "leaving"
    talk.page.findChild(LeaveQuestion).dismiss()
    talk.bridge.tell(events.NotSent("Bob", talk.say("the newest", mine=True)))
    talk.end()
    yield "closed"

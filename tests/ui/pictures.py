"""Draws the pages of a conversation, to be laid beside the design: `python -m tests.ui.pictures`.

They go to build/pictures in both themes; with names of pages only those are drawn.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.talk import Talk
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.session import events
from whisp_desktop.session.events import SessionEnd, Step
from whisp_desktop.ui import theme

FOLDER = Path(__file__).parents[2] / "build" / "pictures"
HOUR_S, MINUTE_S = 3600, 60
QUESTION = "Good. Before you send anything: is anybody near your screen?"
ONCE = "The new address goes to nobody but the court. I will say it here once, it lasts a minute."


def shown(talk: Talk) -> None:
    talk.show()
    for _ in range(3):
        QApplication.processEvents()


def chat() -> Talk:
    talk = Talk().open(HOUR_S)
    talk.say("Hi Alice. I have the lease with me.", mine=False, lifetime_s=HOUR_S, left_s=2950)
    talk.say(QUESTION, mine=True, lifetime_s=HOUR_S, left_s=2900, mark="seen")
    talk.say("No, I am alone. Door is shut.", mine=False, lifetime_s=HOUR_S, left_s=2900)
    talk.say(ONCE, mine=True, lifetime_s=MINUTE_S, left_s=33, mark="seen")
    talk.say("Understood. Go ahead 👍", mine=False, lifetime_s=HOUR_S)
    gone = talk.say("12 Rowan Street, the back door", mine=True, lifetime_s=5, mark="seen")
    talk.say("Did you write it down?", mine=True, lifetime_s=HOUR_S, mark="delivered")
    talk.page.composer.words.setPlainText("Then I am")
    shown(talk)
    talk.wipe(gone)
    talk.view_model.messages.rows[5].going_since = time.monotonic() - 0.1
    talk.page.messages.motion._frames.stop()
    return talk


def short() -> Talk:
    talk = Talk().open(MINUTE_S)
    talk.say(QUESTION, mine=True, lifetime_s=HOUR_S, left_s=2900, mark="seen")
    talk.say("Let us keep the rest short.", mine=True, lifetime_s=60, left_s=4, mark="seen")
    talk.say("The door code changed this morning.", mine=True, lifetime_s=60, mark="delivered")
    talk.say("Ask me for it on the phone.", mine=True, lifetime_s=60)
    shown(talk)
    return talk


def timer_menu() -> Talk:
    talk = short()
    talk.page.open_timer_menu()
    return talk


def leaving() -> Talk:
    talk = short()
    talk.page.leave()
    return talk


def narrow() -> Talk:
    talk = Talk(380, 640).open(HOUR_S, verified=False)
    talk.say("Hi Alice. I have the lease with me.", mine=False, lifetime_s=HOUR_S, left_s=2950)
    talk.say(QUESTION, mine=True, lifetime_s=HOUR_S, left_s=2900, mark="seen")
    talk.say("No, I am alone. Door is shut.", mine=False, lifetime_s=HOUR_S, left_s=2900)
    talk.say("Then go ahead.", mine=True, lifetime_s=HOUR_S, mark="delivered")
    talk.page.set_one_column(one_column=True)
    return talk


def odd() -> Talk:
    talk = Talk().open(HOUR_S)
    talk.say("مرحبًا، معي عقد الإيجار.\nand a line in English", mine=False)
    talk.say("W" * 200, mine=True, mark="delivered")
    talk.say("Z" + "\u0301\u0302\u0303\u0304" * 40 + "algo, and 👨‍👩‍👧‍👦 🇩🇪 👍🏽", mine=False)
    talk.say("pay\u202eelif\u202c \x07\x00 now", mine=True)
    talk.page.composer.words.setPlainText("one\ntwo\nthree\nfour\nfive\nsix\nseven")
    talk.wipe(talk.say("the oldest", mine=True), MessageEnd.EVICTED)
    talk.bridge.tell(events.Quiet("Bob", True))
    talk.view_model.refused.emit("", "That is 1 byte too long. Send it in parts.")
    return talk


def connecting() -> Talk:
    talk = Talk()
    talk.view_model.verified = True
    talk.bridge.tell(events.Connecting("Bob", Step.CONNECTING))
    return talk


def ended(why: SessionEnd, *, by_me: bool = False) -> Callable[[], Talk]:
    def make() -> Talk:
        talk = Talk().open()
        talk.end(why, by_me=by_me)
        return talk

    return make


def right_to_left() -> Talk:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    talk = Talk().open(HOUR_S)
    talk.say("مرحبًا، معي عقد الإيجار.", mine=False, lifetime_s=HOUR_S, left_s=2950)
    talk.say("جيد. قبل أن ترسل أي شيء: هل هناك أحد قرب شاشتك؟", mine=True, mark="seen")
    talk.say("لا، أنا وحدي.", mine=False)
    return talk


PAGES: dict[str, Callable[[], Talk]] = {
    "chat": chat,
    "timer-menu": timer_menu,
    "leaving": leaving,
    "narrow": narrow,
    "odd": odd,
    "connecting": connecting,
    "left": ended(SessionEnd.LEFT),
    "you-left": ended(SessionEnd.LEFT, by_me=True),
    "lost": ended(SessionEnd.LOST),
    "key-changed": ended(SessionEnd.KEY_CHANGED),
    "rtl": right_to_left,
}


async def draw(names: list[str]) -> None:
    dress = theme.current()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        if names and name not in names:
            continue
        for look in (theme.Appearance.LIGHT, theme.Appearance.DARK):
            dress.set_appearance(look)
            talk = make()
            shown(talk)
            talk.page.grab().save(str(FOLDER / f"{name}-{look}.png"))
            talk.close()
            QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


if __name__ == "__main__":
    theme.install(QApplication(sys.argv))
    asyncio.run(draw(sys.argv[1:]))

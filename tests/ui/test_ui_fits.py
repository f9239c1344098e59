"""No words are cut: every page at three widths, both directions, and with 60 % longer words.

A button that is too long even for a line of its own ends in … and its tooltip says it whole.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.fakes.fake_node import BOB_KEY, CAROL_KEY, NUMBER, FakeNode, contact, found
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import RequestId
from whisp_desktop.session.events import How, Notice, Requested, ServerChanged
from whisp_desktop.ui.viewmodels import first_run
from whisp_desktop.ui.views.fields import Elided

LONGEST_NAME = "wwwwwwwwwwwwwwwwwwwwwwww"
SIZES = (QSize(1120, 720), QSize(720, 620), QSize(360, 520))
PLACE = re.compile(r"\{[a-z]+\}|%n")


class Pseudo(QTranslator):
    """A language with accents whose words are 60 % longer."""

    def translate(
        self, _context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str:
        accented = source.translate(str.maketrans("aeiouAEIOU", "àéîöüÀÉÎÖÜ"))
        kept = iter(PLACE.findall(source))
        accented = PLACE.sub(lambda _: next(kept), self._restore(source, accented))
        return accented + " ~" * max(1, round(0.6 * len(source) / 2))

    def _restore(self, source: str, accented: str) -> str:
        for found_place in PLACE.finditer(source):
            start, end = found_place.span()
            accented = accented[:start] + found_place.group() + accented[end:]
        return accented


@pytest.fixture(params=["English", "right to left", "longer words"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    pseudo = Pseudo()
    if request.param == "right to left":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    if request.param == "longer words":
        qapp.installTranslator(pseudo)
    yield request.param
    qapp.removeTranslator(pseudo)


@pytest.fixture
async def stages(tmp_path: Path) -> AsyncIterator[Callable[[FakeNode], Stage]]:
    opened: list[Stage] = []

    def make(node: FakeNode) -> Stage:
        opened.append(Stage(node, tmp_path))
        return opened[-1]

    yield make
    for stage in opened:
        await stage.end()


def cut(stage: Stage) -> list[str]:
    """The words that do not have the room they need."""
    bad = []
    for label in stage.window.findChildren(QLabel):
        if not label.isVisible() or not label.text() or isinstance(label, Elided):
            continue
        metrics = label.fontMetrics()
        widest = max(
            metrics.horizontalAdvance(word) for word in re.split(r"[\s\u200b]+", label.text())
        )
        needed = label.heightForWidth(label.width()) if label.wordWrap() else 0
        if widest > label.width() or needed > label.height() + 1:
            bad.append(f"{label.text()!r} {label.size().toTuple()} needs {widest}, {needed}")
    buttons = stage.window.findChildren(QPushButton)
    return bad + [
        f"{button.text()!r} {button.width()} < {button.sizeHint().width()}"
        for button in buttons
        if button.isVisible() and button.text() and button.sizeHint().width() > button.width()
        if not button.toolTip()
    ]


async def fits(stage: Stage) -> None:
    """Wait until nothing is cut; say what is, if that does not come."""
    try:
        await until(lambda: not cut(stage), within_s=1)
    except AssertionError:
        raise AssertionError("\n".join(cut(stage))) from None


Stages = Callable[[FakeNode], Stage]
Page = Callable[[Stages], Awaitable[Stage]]


async def welcome(stages: Stages) -> Stage:
    stage = stages(FakeNode("new"))
    await stage.shown("firstRun.next")
    return stage


async def username(stages: Stages) -> Stage:
    stage = await welcome(stages)
    stage.click("firstRun.next")
    await stage.shown("firstRun.username")
    stage.type("firstRun.server", "whisp.example.org")
    stage.type("firstRun.username", LONGEST_NAME)
    await until(lambda: stage.node.commands)
    return stage


async def keys(stages: Stages) -> Stage:
    stage = await username(stages)
    stage.click("firstRun.next")
    await stage.shown("firstRun.keychain")
    return stage


async def passphrase(stages: Stages) -> Stage:
    node = FakeNode("new")
    node.needs_passphrase = True
    stage = await username(lambda _: stages(node))
    stage.click("firstRun.next")
    await stage.shown("firstRun.passphrase")
    stage.click("firstRun.next")
    return stage


async def protection(stages: Stages) -> Stage:
    stage = await keys(stages)
    stage.click("firstRun.next")
    await until(lambda: stage.find("firstRun.keychain") is None)
    return stage


async def home(stages: Stages) -> Stage:
    node = FakeNode()
    node.contacts = (contact(LONGEST_NAME, BOB_KEY),)
    stage = stages(node)
    await stage.shown("find.field")
    node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 100))
    node.tell(Notice("clock", "The clock of this computer is wrong."))
    await stage.shown("server.sentence")
    return stage


async def person(stages: Stages) -> Stage:
    node = FakeNode()
    node.people[LONGEST_NAME] = found(LONGEST_NAME)
    stage = stages(node)
    await stage.shown("find.field")
    stage.type("find.field", LONGEST_NAME)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.ask")
    return stage


async def nobody(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("find.field")
    stage.type("find.field", "nobody")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.again")
    return stage


async def request_page(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("find.field")
    ends = time.monotonic() + 100
    asked = Requested(RequestId("1"), LONGEST_NAME, CAROL_KEY, NUMBER, How.NAME, ends)
    stage.node.tell(asked)
    await until(lambda: len(stage.home.people.rows) == 2)
    await stage.shown("request.accept")
    return stage


async def unlock(stages: Stages) -> Stage:
    stage = stages(FakeNode("locked"))
    await stage.shown("unlock.open")
    return stage


async def trouble(stages: Stages) -> Stage:
    node = FakeNode()
    node.refuse = RefusedError("keychain_locked", "The keychain is locked. Unlock it first.")
    stage = stages(node)
    await stage.shown("trouble.again")
    return stage


PAGES: tuple[Page, ...] = (
    welcome,
    username,
    keys,
    passphrase,
    protection,
    home,
    person,
    nobody,
    request_page,
    unlock,
    trouble,
)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
async def test_nothing_is_cut(page: Page, stages: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_run, "PAUSE_S", 0.0)
    stage = await page(stages)
    for size in SIZES:
        stage.window.resize(size)
        await until(lambda size=size: stage.window.size() == size)
        await fits(stage)

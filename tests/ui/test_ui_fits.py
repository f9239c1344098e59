"""No words are cut: every page at three widths, both directions, and with 60 % longer words.

A button that is too long even for a line of its own ends in … and its tooltip says it whole.
"""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.fakes.patience import until
from tests.fakes.stage import Stage
from tests.ui.pages import PAGES, Page, Stages
from whisp_desktop.ui.views.fields import Elided

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
        await until(lambda: not cut(stage))
    except AssertionError:
        raise AssertionError("\n".join(cut(stage))) from None


@pytest.mark.usefixtures("language", "no_pauses")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
async def test_nothing_is_cut(page: Page, stages: Stages) -> None:
    stage = await page(stages)
    for size in SIZES:
        stage.window.resize(size)
        await until(lambda size=size: stage.window.size() == size)
        await fits(stage)

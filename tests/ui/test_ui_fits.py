"""Nothing is cut or painted over: every page at three widths, in four kinds of trouble.

English, right to left, words that are 60 % longer, and fonts of twice the size.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from tests.fakes.patience import until
from tests.fakes.stage import Page, Stages
from tests.ui.fit import faults
from tests.ui.pages import PAGES
from tests.ui.talk import Talk, every_state
from whisp_desktop.ui import theme

SIZES = (QSize(1120, 720), QSize(720, 620), QSize(360, 520))
LARGE_SIZES = (QSize(1120, 720), QSize(720, 900), QSize(360, 1040))
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


@pytest.fixture(params=["English", "right to left", "longer words", "larger fonts"])
def trouble(
    request: pytest.FixtureRequest,
    qapp: QApplication,
    dressed: theme.Theme,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    pseudo = Pseudo()
    if request.param == "right to left":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    if request.param == "longer words":
        qapp.installTranslator(pseudo)
    if request.param == "larger fonts":
        monkeypatch.setattr(theme, "_font_scale", lambda: 2.0)
        dressed._take_fonts()
        dressed._apply()
    yield request.param
    qapp.removeTranslator(pseudo)
    monkeypatch.undo()
    dressed._take_fonts()
    dressed._apply()


async def fits(window: QWidget, trouble: str, *, where: str) -> None:
    """Wait until nothing is cut; say what is, if that does not come."""
    may_elide = trouble in ("longer words", "larger fonts")
    try:
        await until(lambda: not faults(window, may_elide=may_elide))
    except AssertionError:
        raise AssertionError("\n".join([where, *faults(window, may_elide=may_elide)])) from None


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
async def test_every_page_fits(page: Page, trouble: str, stages: Stages) -> None:
    stage = await page(stages)
    for size in LARGE_SIZES if trouble == "larger fonts" else SIZES:
        stage.window.resize(size)
        await until(lambda size=size: stage.window.size() == size)
        await fits(stage.window, trouble, where=f"{size.toTuple()}")


@pytest.mark.parametrize("width", [360, 416, 816])
async def test_a_conversation_fits(width: int, trouble: str) -> None:
    talk = Talk(width, 900 if trouble == "larger fonts" else 720)
    try:
        talk.page.set_one_column(one_column=width < 720)
        await talk.activate()
        for state in every_state(talk):
            assert talk.page.width() == width
            await fits(talk.page, trouble, where=state)
    finally:
        talk.close()


@pytest.mark.slow
@pytest.mark.parametrize("factor", ["1.25", "1.5"])
def test_everything_fits_at_a_fractional_scale(factor: str) -> None:
    """A process of its own: Qt reads the factor once."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(  # this file
        [sys.executable, "-m", "pytest", "-q", "-n0", "-k", "English", __file__],
        env={**others, "QT_SCALE_FACTOR": factor},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout


async def test_the_end_is_whole_in_its_first_frame() -> None:
    talk = Talk(360, 720).open()
    try:
        await talk.activate()
        talk.end()
        assert faults(talk.page.over, may_elide=False) == []
    finally:
        talk.close()

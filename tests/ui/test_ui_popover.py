"""What opens over the pane, and how it goes."""

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from whisp_desktop.ui.views.popover import Popover


def _open(pane: QWidget) -> tuple[Popover, QPushButton]:
    popover = Popover(pane)
    button = QPushButton("One", popover.panel)
    popover.column.addWidget(button)
    popover.open_at(pane, button, above=False, trailing=False)
    return popover, button


def test_a_second_one_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    pane = QWidget()
    qtbot.addWidget(pane)
    pane.resize(400, 400)
    pane.show()
    first, _ = _open(pane)
    second, _ = _open(pane)
    assert not first.isVisible()
    assert second.isVisible()

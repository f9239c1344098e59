"""A window in this process, driven through its widgets by lines on standard input.

`python -m tests.journeys.window_driver --profile DIR --server URL` shows the window as `whisp`
does. First `[0, "ready"]`; then one JSON object a line in, `{"id": 1, "do": "click", "name": …}`,
and one array out: the id, and what came of it. A widget is named by its `objectName`, or by what a
screen reader calls it, and is one that can be seen now; where there is none: null or false.
"""

import argparse
import gc
import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from whisp_desktop.app import core_maker, show_window
from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.log import set_up_logs
from whisp_desktop.ui.life import live

Answer = dict[str, Any]


class Driver(QObject):
    """Does what the lines say, on Qt's thread."""

    ordered = Signal(str)

    def __init__(self, output: int) -> None:
        super().__init__()
        self._output = output
        self._answer(0, "ready")
        self.ordered.connect(self._obey, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.ordered.emit(line)
        self.ordered.emit('{"id": -1, "do": "close"}')

    def _obey(self, line: str) -> None:
        order = json.loads(line)
        number = order.pop("id")
        self._answer(number, getattr(self, f"_do_{order.pop('do')}")(**order))

    def _answer(self, number: int, value: object) -> None:
        with suppress(BrokenPipeError):  # whoever asked is gone, and the window closes
            os.write(self._output, json.dumps([number, value]).encode() + b"\n")

    def _do_look(self, name: str) -> Answer | None:
        """Return what a widget says: its words, whether it can be used, the rows of a list."""
        widget = _visible(name)
        return None if widget is None else _described(widget)

    def _do_spoken(self, prefix: str) -> str | None:
        """Return the whole accessible name that begins like this."""
        names = (widget.accessibleName() for widget in _all_visible())
        return next((name for name in names if name.startswith(prefix)), None)

    def _do_names(self) -> list[str]:
        """Return the names of all widgets that can be seen."""
        return sorted({widget.objectName() for widget in _all_visible()} - {""})

    def _do_words(self) -> list[str]:
        """Return all words that can be seen."""
        return [text for widget in _all_visible() if (text := _text(widget))]

    def _do_held(self) -> list[str]:
        """Return what all messages say that are still in this process, seen or not."""
        texts = [each.read() for each in gc.get_objects() if type(each) is MessageText]
        return [text for text in texts if text]

    def _do_click(self, name: str) -> bool:
        widget = _visible(name)
        if widget is None or not widget.isEnabled():
            return False
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        return True

    def _do_click_row(self, name: str, row: int) -> bool:
        """Click a row of a list."""
        view = _visible(name)
        if not isinstance(view, QAbstractItemView):
            return False
        index = view.model().index(row, 0)
        view.scrollTo(index)
        place = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return True

    def _do_type(self, name: str, text: str, *, enter: bool = False) -> bool:
        """Type into a field as a keyboard does, after what it holds is selected."""
        widget = _visible(name)
        if widget is None or not widget.isEnabled():
            return False
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(widget, text)
        if enter:
            QTest.keyClick(widget, Qt.Key.Key_Return)
        return True

    def _do_press(self, name: str, key: str) -> bool:
        """Press a key on a widget; `key` is a name of `Qt.Key`."""
        widget = _visible(name)
        if widget is None:
            return False
        QTest.keyClick(widget, Qt.Key[key])
        return True

    def _do_paste(self, name: str, text: str) -> bool:
        """Paste into a field, from a clipboard that is empty afterwards."""
        widget = _visible(name)
        if widget is None or not widget.isEnabled():
            return False
        widget.setFocus()
        QApplication.clipboard().setText(text)
        QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        QApplication.clipboard().clear()
        return True

    def _do_half(self, side: int) -> bool:
        """Take the left (0) or the right (1) half of the screen."""
        window = _window()
        free = window.screen().availableGeometry()
        half = free.width() // 2
        window.resize(half, min(free.height(), half))
        window.move(free.x() + side * half, free.y())
        return True

    def _do_picture(self, path: str) -> bool:
        return bool(_window().grab().save(path))

    def _do_close(self) -> bool:
        QApplication.closeAllWindows()
        return True


def _all_visible() -> list[QWidget]:
    return [widget for widget in QApplication.allWidgets() if widget.isVisible()]


def _visible(name: str) -> QWidget | None:
    widgets = _all_visible()
    named = [widget for widget in widgets if widget.objectName() == name]
    called = [widget for widget in widgets if widget.accessibleName() == name]
    return next(iter(named + called), None)


def _window() -> QWidget:
    return next(widget for widget in QApplication.topLevelWidgets() if widget.isVisible())


def _described(widget: QWidget) -> Answer:
    answer: Answer = {
        "enabled": widget.isEnabled(),
        "accessible": widget.accessibleName(),
        "description": widget.accessibleDescription(),
        "text": _text(widget),
    }
    if isinstance(widget, QAbstractItemView):
        answer["rows"] = [_row(widget, row) for row in range(widget.model().rowCount())]
    return answer


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        return widget.text()
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.toPlainText()
    return ""


def _row(view: QAbstractItemView, row: int) -> Answer:
    model = view.model()
    index = model.index(row, 0)
    values = {
        bytes(name.data()).decode(): index.data(role) for role, name in model.roleNames().items()
    }
    values["accessible"] = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return {name: value for name, value in values.items() if isinstance(value, str | int | float)}


def main() -> int:
    """Show the window and drive it until it is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--server", required=True)
    given = parser.parse_args()
    output = os.dup(1)
    os.dup2(2, 1)
    set_up_logs(verbose=False)
    application, window = show_window(given.profile)
    driver = Driver(output)
    ended = live(application, window, core_maker(given.profile, given.server), given.profile)
    del driver
    return 0 if ended else 1


if __name__ == "__main__":
    sys.exit(main())

"""The real window over the real bridge, with a fake core behind it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QWidget

from tests.fakes.fake_node import FakeNode
from tests.fakes.patience import until
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.scenes import Scenes
from whisp_desktop.ui.viewmodels.people_rows import Row
from whisp_desktop.ui.views.home import Home
from whisp_desktop.ui.views.people_list import PeopleList
from whisp_desktop.ui.views.person_row import ROW_ROLE
from whisp_desktop.ui.window_place import WindowPlace

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


class Stage:
    """Finds widgets by the names that drivers use, and does to them what a person does."""

    def __init__(self, node: FakeNode, folder: Path, size: QSize | None = None) -> None:
        self.node = node
        self.window = MainWindow(WindowPlace(folder))
        if size is not None:
            self.window.resize(size)
        self.bridge = Bridge(node.make)
        self.scenes = Scenes(self.window, self.bridge)
        self.window.show()
        self.window.activateWindow()
        self.scenes.account.begin()

    async def end(self) -> None:
        """Close the core, then the window."""
        self.node.stubborn = False
        for timer in self.window.findChildren(QTimer):
            timer.stop()
        await self.bridge.close()
        self.window.hide()
        self.window.deleteLater()

    def find(self, name: str, kind: type[AnyWidget] = QWidget) -> AnyWidget | None:  # type: ignore[assignment]
        """The visible widget of this name, if there is one."""
        widgets = self.window.findChildren(kind, name)
        return next((widget for widget in widgets if widget.isVisible()), None)

    def get(self, name: str, kind: type[AnyWidget] = QWidget) -> AnyWidget:  # type: ignore[assignment]
        """The visible widget of this name."""
        widget = self.find(name, kind)
        assert widget is not None, f"no visible {name}"
        return widget

    async def shown(self, name: str) -> QWidget:
        """Wait for a widget to be visible."""
        await until(lambda: self.find(name))
        return self.get(name)

    async def gone(self, name: str) -> None:
        """Wait for a widget to be hidden or deleted."""
        await until(lambda: self.find(name) is None)

    def click(self, name: str) -> None:
        """Click with the mouse."""
        QTest.mouseClick(self.get(name), Qt.MouseButton.LeftButton)

    def type(self, name: str, words: str) -> None:
        """Replace what a field holds, key by key."""
        field = self.get(name, QLineEdit)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        QTest.keyClicks(field, words)

    def key(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press a key wherever the keyboard is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def words(self) -> list[str]:
        """Every visible text."""
        return [one.text() for one in self.window.findChildren(QLabel) if one.isVisible()]

    def says(self, sentence: str) -> bool:
        """Whether this sentence stands somewhere, isolates around names aside."""
        invisible = str.maketrans("", "", "\u2068\u2069\u200b")
        return sentence in [one.translate(invisible) for one in self.words()]

    @property
    def home(self) -> Home:
        """The two columns."""
        assert self.scenes.home is not None
        return self.scenes.home

    def rows(self) -> list[Row]:
        """What the list shows."""
        model = self.get("people.list", PeopleList).model()
        return [model.index(place, 0).data(ROW_ROLE) for place in range(model.rowCount())]

    def click_row(self, title: str) -> None:
        """Click the row of this name."""
        view = self.get("people.list", PeopleList)
        at = view.visualRect(self._index(title)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))

    def actions(self, name: str) -> dict[str, QAction]:
        """What the menu of a contact offers, by the names of the rows."""
        menu = QMenu(self.window)
        self.home.persons.fill(menu, name)
        return {action.objectName(): action for action in menu.actions()}

    def act(self, name: str, action: str) -> None:
        """Choose a row of the menu of a contact."""
        self.actions(name)[action].trigger()

    def _index(self, title: str) -> QModelIndex:
        model = self.get("people.list", PeopleList).model()
        for place in range(model.rowCount()):
            if model.index(place, 0).data() == title:
                return model.index(place, 0)
        raise AssertionError(f"no row {title}")


Stages = Callable[[FakeNode], Stage]
Page = Callable[[Stages], Awaitable[Stage]]

"""The list of people as one painted list: sections, requests, conversations, contacts."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.people_rows import Row, RowKind
from whisp_desktop.ui.views.person_row import PersonRowPainter

_MENU_INSET_PX, _MENU_RISE_PX = 68, 8

_Index = QModelIndex | QPersistentModelIndex


class PeopleModel(QAbstractListModel):
    """The rows of a `PeopleViewModel`, one data change where only words changed."""

    def __init__(self, people: PeopleViewModel) -> None:
        super().__init__(people)
        self._people = people
        self._rows = people.rows
        people.changed.connect(self._renew)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def row(self, place: int) -> Row:
        """Return the row at `place`."""
        return self._rows[place]

    def place(self, kind: RowKind, key: str) -> int | None:
        """Return where a row stands."""
        for place, row in enumerate(self._rows):
            if (row.kind, row.key) == (kind, key):
                return place
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer with the row, its title or what is said of it."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken or row.title
            case Qt.ItemDataRole.UserRole:
                return row
            case _:
                return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Sections are words only."""
        if self._rows[index.row()].kind is RowKind.SECTION:
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _renew(self) -> None:
        rows = self._people.rows
        if rows == self._rows:
            return
        if [(row.kind, row.key) for row in rows] == [(row.kind, row.key) for row in self._rows]:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


class PeopleList(QListView):
    """Shows the people: a click or Enter opens a row, its end or a menu key the menu of it."""

    opened = Signal(object)
    """The `Row` that somebody wants to see."""
    menu_asked = Signal(object, object)
    """A `Row`, and the `QPoint` of the screen where its menu belongs."""

    def __init__(self, people: PeopleViewModel) -> None:
        super().__init__()
        self._people = PeopleModel(people)
        self._cursor: tuple[RowKind, str] | None = None
        self.shown: tuple[RowKind, str] | None = None
        self.setObjectName("people.list")
        self.setAccessibleName(self.tr("People"))
        self.setModel(self._people)
        self._painter = PersonRowPainter(self, self.is_shown)
        self.setItemDelegate(self._painter)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setProperty("ground", "window")
        self.viewport().setAutoFillBackground(False)
        self._clicked_at = QPointF()
        self.clicked.connect(self._take_click)
        self._people.modelAboutToBeReset.connect(self._keep_cursor)
        self._people.modelReset.connect(self._bring_cursor_back)
        self._people.modelReset.connect(self._be_a_stop)
        self._be_a_stop()
        theme.current().changed.connect(self.viewport().update)

    def show_row(self, kind: RowKind, key: str) -> None:
        """Mark the row whose page is in the pane; with no key, none."""
        self.shown = (kind, key) if key else None
        self.viewport().update()

    def is_shown(self, row: Row) -> bool:
        """Tell whether the pane is about this row; a conversation may have a contact's row."""
        if self.shown is None or row.key != self.shown[1]:
            return False
        return (row.kind is RowKind.REQUEST) == (self.shown[0] is RowKind.REQUEST)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first person, unless the keyboard was here before."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            places = range(self._people.rowCount())
            people = (self._people.index(place) for place in places)
            first = next((one for one in people if one.flags() & Qt.ItemFlag.ItemIsEnabled), None)
            if first is not None:
                self.setCurrentIndex(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the row that the arrow keys have reached, Shift+F10 its menu."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_F10 and shift:
            self._ask_for_menu(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Note where a click was: what it does depends on it."""
        self._clicked_at = event.position()
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the row under the mouse, or of the one that the keyboard is on."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        self._ask_for_menu(self.indexAt(event.pos()) if by_mouse else self.currentIndex())

    def _take_click(self, index: QModelIndex) -> None:
        row = self._people.row(index.row())
        more = self._painter.more_box(QRectF(self.visualRect(index)), row)
        if more.contains(self._clicked_at):
            self._ask_for_menu(index)
        else:
            self._open(index)

    def _be_a_stop(self) -> None:
        """Let Tab pass over a list without people: it would have nothing to show the focus on."""
        is_empty = self._people.rowCount() == 0
        policy = Qt.FocusPolicy.NoFocus if is_empty else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        row = self._people.row(index.row())
        if row.kind is RowKind.BLOCKED:
            self._ask_for_menu(index)
        else:
            self.opened.emit(row)

    def _ask_for_menu(self, index: QModelIndex) -> None:
        if index.isValid():
            row = self._people.row(index.row())
            place = self.visualRect(index).bottomLeft() + QPoint(_MENU_INSET_PX, -_MENU_RISE_PX)
            self.menu_asked.emit(row, self.viewport().mapToGlobal(place))

    def _keep_cursor(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            row = self._people.row(index.row())
            self._cursor = (row.kind, row.key)

    def _bring_cursor_back(self) -> None:
        place = self._people.place(*self._cursor) if self._cursor else None
        if place is not None:
            self.setCurrentIndex(self._people.index(place))

"""The list of people as one painted list: sections, requests, conversations, contacts."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.names import plain_name
from whisp_desktop.ui.viewmodels.people import PeopleViewModel, Row, RowKind
from whisp_desktop.ui.views.face import paint_face, paint_presence

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
_ROW_PX, _SECTION_ABOVE_PX, _SECTION_BELOW_PX = 60, 16, 6
_INSET_PX, _FACE_PX, _GAP_PX, _BADGE_PX = 8, 40, 12, 20

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
    """Shows the people; `opened` says which row somebody wants to see."""

    opened = Signal(object)
    """The `Row` that was clicked, or chosen by Enter."""

    def __init__(self, people: PeopleViewModel) -> None:
        super().__init__()
        self._people = PeopleModel(people)
        self._cursor: tuple[RowKind, str] | None = None
        self.shown: tuple[RowKind, str] | None = None
        self.setObjectName("people.list")
        self.setAccessibleName(self.tr("People"))
        self.setModel(self._people)
        self.setItemDelegate(_RowPainter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setProperty("ground", "window")
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._open)
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
        """Enter and Space open the row that the arrow keys have reached."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _be_a_stop(self) -> None:
        """Let Tab pass over a list without people: it would have nothing to show the focus on."""
        is_empty = self._people.rowCount() == 0
        policy = Qt.FocusPolicy.NoFocus if is_empty else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.opened.emit(self._people.row(index.row()))

    def _keep_cursor(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            row = self._people.row(index.row())
            self._cursor = (row.kind, row.key)

    def _bring_cursor_back(self) -> None:
        place = self._people.place(*self._cursor) if self._cursor else None
        if place is not None:
            self.setCurrentIndex(self._people.index(place))


class _RowPainter(QStyledItemDelegate):
    """Paints one row."""

    def __init__(self, view: PeopleList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """60 px, or a section's words with their space."""
        row: Row = index.data(ROW_ROLE)
        colors = theme.current()
        if row.kind is RowKind.SECTION:
            words = colors.line_height_px("caption_strong")
            badge = _BADGE_PX - words if row.count else 0
            return QSize(0, _SECTION_ABOVE_PX + words + max(0, badge) + _SECTION_BELOW_PX)
        return QSize(0, max(_ROW_PX, colors.px(_ROW_PX)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row in the direction of the layout."""
        row: Row = index.data(ROW_ROLE)
        whole = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self._view.layoutDirection())
        if row.kind is RowKind.SECTION:
            self._paint_section(painter, whole, row)
        else:
            state = option.state
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            self._paint_person(painter, whole, row, hovered=hovered, focused=focused)
        painter.restore()

    def _paint_section(self, painter: QPainter, whole: QRectF, row: Row) -> None:
        colors = theme.current()
        painter.setFont(colors.font("caption_strong"))
        painter.setPen(colors.color("text2"))
        line_px = colors.line_height_px("caption_strong")
        box = QRectF(16, whole.y() + _SECTION_ABOVE_PX, whole.width() - 32, line_px)
        painter.drawText(self._mirrored(box, whole), self._start(), row.title)
        if row.count:
            middle = whole.y() + _SECTION_ABOVE_PX + line_px / 2 + 2
            self._paint_badge(painter, whole, middle, row.count)

    def _paint_person(
        self, painter: QPainter, whole: QRectF, row: Row, *, hovered: bool, focused: bool
    ) -> None:
        colors = theme.current()
        inner = whole.adjusted(_INSET_PX, 0, -_INSET_PX, 0)
        marked = hovered or self._view.is_shown(row)
        ground = "selected" if marked else "window"
        if marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("selected"))
            painter.drawRoundedRect(inner, 8, 8)
        if focused:
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 8, 8)
        top = inner.center().y() - _FACE_PX / 2
        face = self._mirrored(QRectF(inner.x() + _INSET_PX, top, _FACE_PX, _FACE_PX), whole)
        paint_face(painter, face, row.title, row.account_key)
        paint_presence(painter, face, row.presence, ground)
        self._paint_words(painter, whole, inner, row)
        if row.count:
            self._paint_badge(painter, whole, inner.center().y(), row.count)

    def _paint_words(self, painter: QPainter, whole: QRectF, inner: QRectF, row: Row) -> None:
        colors = theme.current()
        start = inner.x() + _INSET_PX + _FACE_PX + _GAP_PX
        room = inner.right() - start - _GAP_PX - (_BADGE_PX if row.count else 0)
        side = colors.px(15)
        font = colors.font("strong")
        metrics = QFontMetrics(font)
        name = metrics.elidedText(
            plain_name(row.title), Qt.TextElideMode.ElideRight, int(room - side - 6)
        )
        name_px = metrics.horizontalAdvance(name)
        line_px = colors.line_height_px("strong")
        top = inner.center().y() - (line_px + colors.line_height_px("caption")) / 2
        box = QRectF(start, top, name_px + 1, line_px)
        painter.setFont(font)
        painter.setPen(colors.color("text"))
        painter.drawText(self._mirrored(box, whole), self._start(), name)
        sign = QRectF(box.right() + 4, top + (line_px - side) / 2, side, side)
        icon, ink = ("verified", "accent") if row.verified else ("not-verified", "text2")
        icons.paint(painter, icon, self._mirrored(sign, whole), colors.color(ink))
        caption = colors.font("caption")
        words = QFontMetrics(caption).elidedText(row.line, Qt.TextElideMode.ElideRight, int(room))
        painter.setFont(caption)
        painter.setPen(colors.color("text2"))
        under = QRectF(start, top + line_px, room, colors.line_height_px("caption"))
        painter.drawText(self._mirrored(under, whole), self._start(), words)

    def _paint_badge(self, painter: QPainter, whole: QRectF, middle: float, count: int) -> None:
        colors = theme.current()
        words = str(count)
        font = colors.font("caption_strong")
        width = max(_BADGE_PX, QFontMetrics(font).horizontalAdvance(words) + 10)
        box = QRectF(whole.right() - 16 - width, middle - _BADGE_PX / 2, width, _BADGE_PX)
        box = self._mirrored(box, whole)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("accent_fill"))
        painter.drawRoundedRect(box, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setFont(font)
        painter.setPen(colors.color("on_accent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _start(self) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter

    def _mirrored(self, box: QRectF, whole: QRectF) -> QRectF:
        """Map a box in logical places to the screen."""
        if self._view.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            return box
        return QRectF(
            whole.left() + whole.right() - box.right(), box.y(), box.width(), box.height()
        )

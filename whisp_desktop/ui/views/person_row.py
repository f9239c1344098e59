"""How a row of the list of people looks: a section, or face, name and one line of state."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.names import plain_name
from whisp_desktop.ui.viewmodels.people_rows import Row, RowKind
from whisp_desktop.ui.views.face import paint_face, paint_presence

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
_ROW_PX, _SECTION_ABOVE_PX, _SECTION_BELOW_PX = 60, 16, 6
_INSET_PX, _FACE_PX, _GAP_PX, _BADGE_PX = 8, 40, 12, 20
_MORE_PX, _MORE_SIGN_PX = 36, 20
_WITHOUT_MENU = (RowKind.SECTION, RowKind.REQUEST)

_Index = QModelIndex | QPersistentModelIndex


class PersonRowPainter(QStyledItemDelegate):
    """Paints one row; `is_shown` tells whether the pane is about it."""

    def __init__(self, view: QListView, is_shown: Callable[[Row], bool]) -> None:
        super().__init__(view)
        self._view = view
        self._is_shown = is_shown

    def more_box(self, whole: QRectF, row: Row) -> QRectF:
        """Return where a row's menu opens by the mouse; empty where it has none."""
        if row.kind in _WITHOUT_MENU or row.count:
            return QRectF()
        box = QRectF(whole.right() - _INSET_PX - _MORE_PX, whole.y(), _MORE_PX, whole.height())
        return self._mirrored(box, whole)

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
        marked = hovered or self._is_shown(row)
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
        more = self.more_box(whole, row) if hovered or focused else QRectF()
        self._paint_words(painter, whole, inner, row, end_px=more.width() or _GAP_PX)
        if not more.isEmpty():
            side = colors.px(_MORE_SIGN_PX)
            sign = QRectF(0, 0, side, side)
            sign.moveCenter(more.center())
            icons.paint(painter, "more", sign, colors.color("text2"))
        if row.count:
            self._paint_badge(painter, whole, inner.center().y(), row.count)

    def _paint_words(
        self, painter: QPainter, whole: QRectF, inner: QRectF, row: Row, *, end_px: float
    ) -> None:
        colors = theme.current()
        start = inner.x() + _INSET_PX + _FACE_PX + _GAP_PX
        room = inner.right() - start - end_px - (_BADGE_PX if row.count else 0)
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
        if row.key_changed:
            icon, ink = "key-changed", "danger"
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

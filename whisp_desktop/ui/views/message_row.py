"""Paints one row of a conversation: a bubble with words, time, mark and ring (look.md §6, §7).

Sizes are kept by width; words never are.
"""

from typing import Final, NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyle

from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.viewmodels.lifetimes import DAY_S, HOUR_S, MINUTE_S, time_left
from whisp_desktop.ui.viewmodels.messages import Mark, MessageRow
from whisp_desktop.ui.views.dissolve import FADE_MS, Ink, bubble_path, paint_going
from whisp_desktop.ui.views.ring import RING_PX, paint_ring
from whisp_desktop.ui.views.text_block import TextBlock, TextShape, harmless

PADDING_X_PX: Final = 12
PADDING_Y_PX: Final = 8
_MOST_WIDE_PX: Final = 440
_MOST_WIDE_PART: Final = 0.8
_MARK_PX: Final = 16
_GAP_BEFORE_MARK_PX: Final = 6
_GAP_BEFORE_LEFT_PX: Final = 10
_GAP_BEFORE_RING_PX: Final = 5
_ICONS: Final = {
    Mark.SENDING: "sending",
    Mark.DELIVERED: "delivered",
    Mark.SEEN: "seen",
    Mark.NOT_SENT: "not-sent",
}
_WIDEST_LEFT_S: Final = {5: 5, MINUTE_S: 59, HOUR_S: 59 * MINUTE_S, DAY_S: 23 * HOUR_S}


class RowShape(NamedTuple):
    """The size of a bubble and of the words in it, for one width of the column."""

    bubble: QSize
    words: TextShape


class BubblePainter:
    """Measures and paints bubbles for a column of `column_px`, until theme or width change."""

    def __init__(self, column_px: int) -> None:
        colors = theme.current()
        self._widest_px = min(colors.px(_MOST_WIDE_PX), int(column_px * _MOST_WIDE_PART))
        self._block = TextBlock(colors.font("message"), colors.line_height_px("message"))
        self._meta_font = colors.font("caption")
        self._meta = QFontMetrics(self._meta_font)
        self._meta_px = colors.line_height_px("caption")
        self._shapes: dict[MessageId, RowShape] = {}

    def shape(self, row: MessageRow) -> RowShape:
        """Return the size of a row's bubble; words that are gone have none if never measured."""
        shape = self._shapes.get(row.message)
        if shape is None:
            shape = self._measure(row)
            self._shapes[row.message] = shape
        return shape

    def forget(self, message: MessageId) -> None:
        """Drop the size of a row that is no more."""
        self._shapes.pop(message, None)

    def meta_box(self, bubble: QRect) -> QRect:
        """Return where time, mark and ring stand: all that changes while a timer runs."""
        top = bubble.bottom() + 1 - PADDING_Y_PX - self._meta_px
        return QRect(bubble.left(), top - 3, bubble.width(), self._meta_px + 3)

    def paint(
        self, painter: QPainter, row: MessageRow, bubble: QRect, now: float, exposed: QRect
    ) -> None:
        """Draw the bubble; words only if one of theirs is exposed."""
        colors = theme.current()
        ink = colors.color("mine" if row.mine else "theirs")
        box = QRectF(bubble)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(self._outline(painter, box, mine=row.mine), ink)
        painter.setClipRect(bubble, Qt.ClipOperation.IntersectClip)
        shape = self.shape(row).words
        room = QRectF(box.left() + PADDING_X_PX, box.top() + PADDING_Y_PX, 0, shape.height)
        room.setWidth(box.width() - 2 * PADDING_X_PX)
        if room.toAlignedRect().intersects(exposed):
            words = harmless(row.text.read())
            if words:
                token = "mine_text" if row.mine else "text"
                self._block.paint(painter, words, shape, room, colors.color(token))
        self._paint_meta(painter, row, bubble, now)
        painter.restore()

    def paint_going(self, painter: QPainter, row: MessageRow, bubble: QRect, now: float) -> None:
        """Draw what is left of the shape of a row whose words are gone."""
        colors = theme.current()
        color = colors.color("mine" if row.mine else "theirs")
        ink = Ink(color, colors.color("pane"))
        elapsed_ms = (now - (row.going_since or now)) * 1000
        painter.save()
        box = QRectF(bubble)
        if colors.reduced_motion:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            faded = ink.fade(max(0.0, 1 - elapsed_ms / FADE_MS)).opaque()
            painter.fillPath(self._outline(painter, box, mine=row.mine), faded)
        else:
            if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                painter.setTransform(_mirror(box), combine=True)
            paint_going(painter, box, ink, elapsed_ms, mine=row.mine)
        painter.restore()

    def paint_focus(self, painter: QPainter, bubble: QRect) -> None:
        """Draw the ring of the row that the keyboard is on."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().color("accent"), 2))
        painter.drawRoundedRect(QRectF(bubble).adjusted(-3, -3, 3, 3), 18, 18)
        painter.restore()

    def _measure(self, row: MessageRow) -> RowShape:
        room_px = self._widest_px - 2 * PADDING_X_PX
        words = self._block.measure(harmless(row.text.read()), room_px)
        inner_px = max(int(words.width) + 1, self._meta_width(row))
        width = min(self._widest_px, inner_px + 2 * PADDING_X_PX)
        height = int(words.height) + self._meta_px + 2 * PADDING_Y_PX
        return RowShape(QSize(width, height), words)

    def _meta_width(self, row: MessageRow) -> int:
        width = self._meta.horizontalAdvance(row.time_of_day)
        if row.mine:
            width += _GAP_BEFORE_MARK_PX + _MARK_PX
        if row.lifetime_s:
            texts = (time_left(row.lifetime_s), time_left(_WIDEST_LEFT_S[row.lifetime_s]))
            widest = max(self._meta.horizontalAdvance(text) for text in texts)
            width += _GAP_BEFORE_LEFT_PX + widest + _GAP_BEFORE_RING_PX + RING_PX
        return width

    def _paint_meta(self, painter: QPainter, row: MessageRow, bubble: QRect, now: float) -> None:
        color = theme.current().color("mine_meta" if row.mine else "text3")
        painter.setFont(self._meta_font)
        painter.setPen(color)
        trail = _Trail(painter, bubble, self._meta_px)
        if row.lifetime_s and row.mark is not Mark.NOT_SENT:
            left_s = row.left_s(now)
            part = 1.0 if left_s is None else left_s / row.lifetime_s
            paint_ring(painter, trail.take(RING_PX, RING_PX), part, color)
            trail.skip(_GAP_BEFORE_RING_PX)
            self._paint_text(painter, trail, time_left(left_s or row.lifetime_s))
            trail.skip(_GAP_BEFORE_LEFT_PX)
        if row.mine:
            icons.paint(painter, _ICONS[row.mark], trail.take(_MARK_PX, _MARK_PX), color)
            trail.skip(_GAP_BEFORE_MARK_PX)
        self._paint_text(painter, trail, row.time_of_day)

    def _paint_text(self, painter: QPainter, trail: "_Trail", text: str) -> None:
        box = trail.take(self._meta.horizontalAdvance(text), self._meta_px)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)

    def _outline(self, painter: QPainter, box: QRectF, *, mine: bool) -> QPainterPath:
        path = bubble_path(box, mine=mine)
        if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return _mirror(box).map(path)
        return path


class _Trail:
    """Gives out room in the last line of a bubble, from its trailing end."""

    def __init__(self, painter: QPainter, bubble: QRect, line_px: int) -> None:
        self._direction = painter.layoutDirection()
        self._bubble = bubble
        self._line_px = line_px
        self._top = bubble.bottom() + 1 - PADDING_Y_PX - line_px
        self._end = bubble.right() + 1 - PADDING_X_PX

    def take(self, width: int, height: int) -> QRectF:
        """Return the next box, in the middle of the line."""
        self._end -= width
        top = self._top + (self._line_px - height) // 2
        box = QRect(self._end, top, width, height)
        return QRectF(QStyle.visualRect(self._direction, self._bubble, box))

    def skip(self, width: int) -> None:
        """Leave a gap."""
        self._end -= width


def _mirror(box: QRectF) -> QTransform:
    """Return the reflection of a box in its own middle."""
    return QTransform.fromTranslate(box.left() + box.right(), 0).scale(-1, 1)

"""Buttons of every kind (look.md §7), with the busy ring where an answer is awaited."""

from typing import Final, Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.focus_ring import ring_control
from whisp_desktop.ui.views.ring import BusyRing
from whisp_desktop.ui.views.tooltip import shows_whole

Kind = Literal["primary", "secondary", "danger", "quiet-danger", "link", "pill"]
_INK: Final = {
    "primary": "on_accent",
    "secondary": "text",
    "danger": "on_accent",
    "quiet-danger": "danger",
    "link": "accent",
    "pill": "accent",
}
_PADDING_PX: Final = {"link": 8, "pill": 10}
_SIGN_PX: Final = 18
_GAP_PX: Final = 8


class Button(QPushButton):
    """A verb, with a sign before it if one is named; `dense` is for bars and cards."""

    def __init__(
        self,
        words: str,
        kind: Kind = "secondary",
        icon: str | None = None,
        *,
        dense: bool = False,
    ) -> None:
        super().__init__(words)
        self._kind = kind
        self._icon = icon
        self._padding_px = _PADDING_PX.get(kind, 13 if dense else 17)
        self._ring: BusyRing | None = None
        self.setProperty("kind", kind)
        self.setProperty("dense", "true" if dense else "false")
        self.setFont(theme.current().font("caption_strong" if kind == "pill" else "strong"))
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        ring_control(self, theme.current().px(18) if kind == "pill" else 8)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited: then clicks are ignored."""
        return self._ring is not None

    def set_busy(self, *, busy: bool) -> None:
        """Turn a ring before the words."""
        if busy and self._ring is None:
            self._ring = BusyRing(theme.current().px(16), _INK[self._kind], self)
            self._ring.show()
        elif not busy and self._ring is not None:
            self._ring.deleteLater()
            self._ring = None
        self.updateGeometry()
        self.update()

    def hitButton(self, pos: QPoint) -> bool:
        """Where a click counts."""
        return not self.busy and super().hitButton(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button as Space does."""
        if self.busy:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the words, the sign and the gap between them."""
        words_px = QFontMetrics(self.font()).horizontalAdvance(self.text())
        width = 2 * self._padding_px + words_px + self._sign_room()
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the style draw the ground; put sign and words in its middle."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        option.icon = QIcon()
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        words, sign = self._places()
        ink = theme.current().color(_INK[self._kind] if self.isEnabled() else "text3")
        if self._icon is not None and self._ring is None:
            icons.paint(painter, self._icon, QRectF(sign), ink)
        if self._ring is not None:
            self._ring.move(sign.topLeft())
        painter.setFont(self.font())
        painter.setPen(ink)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)

    def event(self, event: QEvent) -> bool:
        """Say the words in the tooltip where even a line of its own is too short for them."""
        return shows_whole(self, self.text(), event) or super().event(event)

    def _sign_px(self) -> int:
        if self._ring is not None:
            return self._ring.width()
        return theme.current().px(14 if self._kind == "pill" else _SIGN_PX) if self._icon else 0

    def _sign_room(self) -> int:
        sign = self._sign_px()
        gap = 6 if self._kind == "pill" else _GAP_PX
        return sign + gap if sign else 0

    def _places(self) -> tuple[QRect, QRect]:
        side = self._sign_px()
        room = self.width() - self._sign_room() - 2 * _GAP_PX
        words_px = min(room, QFontMetrics(self.font()).horizontalAdvance(self.text()))
        start = (self.width() - words_px - self._sign_room()) // 2
        sign = QRect(start, (self.height() - side) // 2, side, side)
        words = QRect(start + self._sign_room(), 0, words_px + 1, self.height())
        direction, whole = self.layoutDirection(), self.rect()
        return (
            QStyle.visualRect(direction, whole, words),
            QStyle.visualRect(direction, whole, sign),
        )


class IconButton(QPushButton):
    """A sign alone: it always has a tooltip and an accessible name."""

    def __init__(
        self,
        icon: str,
        name: str,
        ink: str = "text2",
        parent: QWidget | None = None,
        *,
        sign_px: int = 20,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._ink = ink
        self._sign_px = sign_px
        self.setProperty("kind", "icon")
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setAutoDefault(False)
        ring_control(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the style draw the ground; put the glyph in its middle."""
        super().paintEvent(event)
        colors = theme.current()
        side = colors.px(self._sign_px)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(self.rect()).center())
        ink = self._ink if self.isEnabled() else "text3"
        icons.paint(QPainter(self), self._icon, box, colors.color(ink))


class SendButton(IconButton):
    """The arrow that sends; filled while there is something to send."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("send", name, "on_accent", parent, sign_px=22)
        self.setProperty("kind", "send")

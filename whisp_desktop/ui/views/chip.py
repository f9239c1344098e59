"""Chips: a fact in one or two words with its sign (trust, timer, route, capture)."""

from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.focus_ring import ring_control
from whisp_desktop.ui.views.tooltip import shows_whole

_GAP_PX: Final = 4


class ChipLook(NamedTuple):
    """Tokens and padding of a chip; without a ground it is a plain line of text."""

    ground: str | None
    ink: str
    icon_ink: str
    font: str
    padding_px: int
    height_px: int


_TINTED: Final = ChipLook("accent_tint", "accent", "accent", "caption_strong", 8, 22)
VERIFIED: Final = _TINTED
NOT_VERIFIED: Final = _TINTED._replace(ground="warn_tint", ink="warn", icon_ink="warn")
KEY_CHANGED: Final = _TINTED._replace(ground="danger_tint", ink="danger", icon_ink="danger")
QUIET: Final = ChipLook("sunken", "text2", "text2", "caption_strong", 8, 22)
PLAIN: Final = ChipLook(None, "text2", "text2", "caption", 0, 18)


class Chip(QWidget):
    """An icon and words; it can be focused, and its tooltip is its description."""

    def __init__(
        self, look: ChipLook, icon: str, words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._words = words
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        ring_control(self, 6)
        theme.current().changed.connect(self.update)
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Say it whole in the tooltip where it ends in an ellipsis."""
        return shows_whole(self, self.accessibleName(), event) or super().event(event)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def show_fact(self, look: ChipLook, icon: str, words: str, why: str = "") -> None:
        """Say something else; `why` is the tooltip."""
        self._look, self._icon, self._words = look, icon, words
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        self._tell()

    def _tell(self) -> None:
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(theme.current().font(self._look.font))

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        colors = theme.current()
        words_px = self._metrics().horizontalAdvance(self._words)
        width = 2 * self._look.padding_px + colors.px(14) + _GAP_PX + words_px + 1
        return QSize(width, colors.px(self._look.height_px))

    def minimumSizeHint(self) -> QSize:
        """Return the sign and an ellipsis."""
        side = theme.current().px(14)
        width = 2 * self._look.padding_px + side + _GAP_PX + self._metrics().horizontalAdvance("…")
        return QSize(width, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the sign and as many words as fit."""
        colors, look = theme.current(), self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color(look.ground))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        side = colors.px(14)
        width = self.width()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = width - look.padding_px - side if mirrored else look.padding_px
        top = (self.height() - side) / 2
        icons.paint(painter, self._icon, QRectF(x, top, side, side), colors.color(look.icon_ink))
        taken = look.padding_px + side + _GAP_PX
        room = QRectF(
            look.padding_px if mirrored else taken,
            0,
            width - taken - look.padding_px,
            self.height(),
        )
        painter.setFont(colors.font(look.font))
        painter.setPen(colors.color(look.ink))
        words = self._metrics().elidedText(
            self._words, Qt.TextElideMode.ElideRight, int(room.width()) + 1
        )
        metrics = self._metrics()
        start = room.right() - metrics.horizontalAdvance(words) if mirrored else room.left()
        # On a baseline of our own: signs of another font would move words set in the middle.
        baseline = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(start, baseline), words)


def trust_chip(parent: QWidget | None = None) -> Chip:
    """Return a chip that says *Not verified* until `show_trust` says otherwise."""
    chip = Chip(NOT_VERIFIED, "not-verified", "", parent)
    show_trust(chip, verified=False)
    return chip


def show_trust(chip: Chip, *, verified: bool, changed: bool = False) -> None:
    """Let a trust chip say what is known of the key."""
    if changed:
        chip.show_fact(
            KEY_CHANGED,
            "key-changed",
            chip.tr("Key changed"),
            chip.tr("This is not the key that you verified."),
        )
    elif verified:
        chip.show_fact(
            VERIFIED, "verified", chip.tr("Verified"), chip.tr("You compared the safety number.")
        )
    else:
        chip.show_fact(
            NOT_VERIFIED,
            "not-verified",
            chip.tr("Not verified"),
            chip.tr("Anybody can take a username. Compare the safety number."),
        )

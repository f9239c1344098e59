"""Fields with their one sentence underneath, and words in the roles of look.md §2."""

import re
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QStyle, QVBoxLayout, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.text_block import lay_out

_LINE_BREAK: Final = "\u2028"
# Controls, and overrides and embeddings of direction; isolates stand around names.
_DISGUISES: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
_ICON_PX: Final = 20
_LEAST_PX: Final = 80


class Words(QLabel):
    """Plain text in a role and a tone, in lines of the role's height; it never reads markup."""

    def __init__(
        self, words: str = "", role: str = "body", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(words, parent)
        self._line_px = theme.current().line_height_px(role)
        self._strong = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.current().font(role))
        self.setWordWrap(True)
        self.set_tone(tone)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_tone(self, tone: str) -> None:
        """Another colour: text, text2, text3, accent, warn, danger or brand."""
        self.setProperty("tone", tone)
        theme.refresh_style(self)

    def set_strong(self, part: str) -> None:
        """Let this part of the words stand out."""
        self._strong = part
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width that the style proposes, and the height that it takes."""
        width = super().sizeHint().width() + 1
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the widest word and one line; a long word can be broken."""
        widest = super().minimumSizeHint().width() + 1
        return QSize(min(widest, theme.current().px(_LEAST_PX)), self._line_px)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need, at least one."""
        margins = self.contentsMargins()
        layout = self._lay_out(width - margins.left() - margins.right())
        return margins.top() + max(1, layout.lineCount()) * self._line_px + margins.bottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        room = self.contentsRect()
        layout = self._lay_out(room.width())
        spare_px = room.height() - layout.lineCount() * self._line_px
        centred = bool(self.alignment() & Qt.AlignmentFlag.AlignVCenter)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        above = QPointF(0, spare_px / 2 if centred else 0)
        layout.draw(painter, QPointF(room.topLeft()) + above)

    def _lay_out(self, width: int) -> QTextLayout:
        words = _DISGUISES.sub("", self.text()).replace("\n", _LINE_BREAK)
        reading = self.layoutDirection()
        align = QStyle.visualAlignment(reading, self.alignment())
        return lay_out(words, self.font(), self._line_px, width, align, reading, self._strong)


class Elided(QLabel):
    """One line that ends in … where it does not fit; then its tooltip says it whole."""

    def __init__(self, words: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._line_px = theme.current().line_height_px(role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.current().font(role))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the words in a line of their role."""
        return QSize(super().sizeHint().width(), self._line_px)

    def minimumSizeHint(self) -> QSize:
        """Return room for two letters and the ellipsis."""
        least = self.fontMetrics().horizontalAdvance("Ww…")
        hint = self.sizeHint()
        return QSize(min(least, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        self.setToolTip("" if words == self.text() else self.text())
        painter = QPainter(self)
        painter.setPen(theme.current().color("text"))
        align = QStyle.visualAlignment(
            self.layoutDirection(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        painter.drawText(self.rect(), align, words)


class LineField(QLineEdit):
    """A line to type into, with an icon in front if one is named."""

    def __init__(self, name: str, hint: str, icon: str | None = None) -> None:
        super().__init__()
        self._icon = icon
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        if icon is not None:
            side = theme.current().px(_ICON_PX)
            self.setTextMargins(side + 4, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the style draw the field; put the icon at its leading edge."""
        super().paintEvent(event)
        if self._icon is None:
            return
        side = theme.current().px(_ICON_PX)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self.width() - 12 - side if mirrored else 12
        box = QRectF(x, (self.height() - side) / 2, side, side)
        icons.paint(QPainter(self), self._icon, box, theme.current().color("text2"))


class Field(QWidget):
    """A line, and a sentence under it that says what is wrong or known of it."""

    def __init__(
        self, name: str, hint: str = "", icon: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.line = LineField(name, hint, icon)
        self.setFocusProxy(self.line)
        self._sentence = Words("", "caption", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self._sentence)
        self._sentence.hide()

    @property
    def sentence(self) -> str:
        """What is said under the line."""
        return self._sentence.text()

    def say(self, sentence: str, tone: str = "text2", *, wrong: bool = False) -> None:
        """Say one sentence under the line; `wrong` gives it and the edge the red of an error."""
        self._sentence.setText(sentence)
        self._sentence.set_tone("danger" if wrong else tone)
        self._sentence.setVisible(bool(sentence))
        self.line.setAccessibleDescription(sentence)
        self.line.setProperty("wrong", "true" if wrong else "false")
        theme.refresh_style(self.line)

"""A switch, and the mark of a choice: painted, since QSS knows no round knob."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.focus_ring import ring_control

_WIDTH_PX, _HEIGHT_PX, _KNOB_PX = 40, 24, 16
_MARK_PX = 20


class Switch(QCheckBox):
    """On or off; its accessible name is what it switches."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        ring_control(self, _HEIGHT_PX // 2)

    def sizeHint(self) -> QSize:
        """Return the size of the track."""
        return QSize(_WIDTH_PX, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the same: it is never squeezed."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """Let the whole track be clicked."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track and the knob at its end."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at_right = self.isChecked() != mirrored
        middle = _HEIGHT_PX / 2
        center = QPointF(_WIDTH_PX - middle if at_right else middle, middle)
        edge = "line_strong" if self.isEnabled() else "text3"
        if self.isChecked() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_fill"))
            knob = colors.color("on_accent")
        else:
            painter.setPen(QPen(colors.color(edge), 2 if self.isEnabled() else 1))
            painter.setBrush(colors.color("card" if self.isEnabled() else "sunken"))
            knob = colors.color(edge)
        painter.drawRoundedRect(QRectF(1, 1, _WIDTH_PX - 2, _HEIGHT_PX - 2), middle - 1, middle - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(knob)
        radius = _KNOB_PX / 2 if self.isChecked() else _KNOB_PX / 2 - 2
        painter.drawEllipse(center, radius, radius)


class ChoiceMark(QWidget):
    """Shows which of several it is; a picture, not a control."""

    def __init__(self) -> None:
        super().__init__()
        self._is_chosen = False
        self.setFixedSize(_MARK_PX, _MARK_PX)
        theme.current().changed.connect(self.update)

    def set_chosen(self, *, chosen: bool) -> None:
        """Show it as the one, or not."""
        self._is_chosen = chosen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring, and the dot of the chosen one."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = "accent" if self._is_chosen else "line_strong"
        painter.setPen(QPen(colors.color(token), 2))
        center = QPointF(_MARK_PX / 2, _MARK_PX / 2)
        painter.drawEllipse(center, _MARK_PX / 2 - 1, _MARK_PX / 2 - 1)
        if self._is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color(token))
            painter.drawEllipse(center, _MARK_PX / 2 - 5, _MARK_PX / 2 - 5)

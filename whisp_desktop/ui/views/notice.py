"""A notice: one or two sentences on a tinted ground with their sign."""

from typing import Final, Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.views.fields import Words

Tone = Literal["sunken", "warn", "danger", "accent"]
_INK: Final = {"sunken": "text2", "warn": "warn", "danger": "danger", "accent": "accent"}


class Sign(QWidget):
    """An icon that is only a picture."""

    def __init__(self, icon: str, token: str, side_px: int = 20) -> None:
        super().__init__()
        self._icon = icon
        self._token = token
        side = theme.current().px(side_px)
        self.setFixedSize(side, side)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glyph."""
        color = theme.current().color(self._token)
        icons.paint(QPainter(self), self._icon, QRectF(self.rect()), color)


class Notice(QFrame):
    """A bar that says something and stays until its reason is gone."""

    def __init__(self, tone: Tone, icon: str, sentence: str, role: str = "body") -> None:
        super().__init__()
        self.setProperty("ground", tone)
        self.words = Words(sentence, role)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(Sign(icon, _INK[tone]), 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.words, 0, 1)
        self.setAccessibleName(sentence)

    def add_action(self, action: QWidget) -> None:
        """Offer what can be done about it, under the sentence."""
        self._grid.addWidget(action, 1, 1, Qt.AlignmentFlag.AlignLeading)

    def say(self, sentence: str) -> None:
        """Say something else."""
        self.words.setText(sentence)
        self.setAccessibleName(sentence)

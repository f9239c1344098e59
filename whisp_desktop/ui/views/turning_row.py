"""Rows that become columns where they do not fit."""

from typing import ClassVar

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

_SIDEWAYS = QBoxLayout.Direction.LeftToRight


class TurningRow(QWidget):
    """Parts side by side, or one below the other."""

    SPACING_PX: ClassVar = 12
    COLUMN: ClassVar = QBoxLayout.Direction.TopToBottom
    COLUMN_SPACING_PX: ClassVar = 12

    def __init__(self) -> None:
        super().__init__()
        self._box = QBoxLayout(_SIDEWAYS, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(self.SPACING_PX)
        self._parts: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def add(self, part: QWidget) -> None:
        """Add `part` at the trailing end."""
        self._parts.append(part)
        self._box.addWidget(part)

    def add_space(self) -> None:
        """Push what follows to the trailing end."""
        self._box.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Return the widest part's width: the row can always turn."""
        shown = [part for part in self._parts if part.isVisibleTo(self)]
        width = max((part.minimumSizeHint().width() for part in shown), default=0)
        return QSize(width, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Look again when a part has come, gone or changed its words."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where the parts no longer fit, or fit again."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        shown = [part for part in self._parts if part.isVisibleTo(self)]
        needed = sum(part.sizeHint().width() for part in shown)
        needed += self.SPACING_PX * max(0, len(shown) - 1)
        fits = needed <= self.contentsRect().width()
        direction = _SIDEWAYS if fits else self.COLUMN
        if direction != self._box.direction():
            self._box.setDirection(direction)
            self._box.setSpacing(self.SPACING_PX if fits else self.COLUMN_SPACING_PX)
            for part in self._parts:
                self._fit(part, in_row=fits)
            self.updateGeometry()

    def _fit(self, part: QWidget, *, in_row: bool) -> None:
        """Let a part take the width that it should have in a row or in a column."""


class ButtonRow(TurningRow):
    """Buttons; in a column at full width, the last one, the primary, on top (look.md §10)."""

    COLUMN = QBoxLayout.Direction.BottomToTop

    def _fit(self, part: QWidget, *, in_row: bool) -> None:
        wide = QSizePolicy.Policy.Minimum if in_row else QSizePolicy.Policy.Expanding
        part.setSizePolicy(wide, QSizePolicy.Policy.Fixed)


class FactRow(TurningRow):
    """Chips, which end in … only where even a line of their own is too short."""

    SPACING_PX = 14
    COLUMN_SPACING_PX = 0

"""A row that becomes a column where it does not fit: the last part, the primary one, on top."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget


class TurningRow(QWidget):
    """Buttons side by side, or one below the other at full width (look.md §10)."""

    def __init__(self, spacing_px: int = 12) -> None:
        super().__init__()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing_px)
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
        needed += self._box.spacing() * max(0, len(shown) - 1)
        fits = needed <= self.width()
        sideways = QBoxLayout.Direction.LeftToRight
        direction = sideways if fits else QBoxLayout.Direction.BottomToTop
        if direction != self._box.direction():
            self._box.setDirection(direction)
            wide = QSizePolicy.Policy.Minimum if fits else QSizePolicy.Policy.Expanding
            for part in self._parts:
                part.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
            self.updateGeometry()

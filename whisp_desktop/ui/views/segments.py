"""One of a few: segments side by side, one of them chosen."""

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from whisp_desktop.ui.views.focus_ring import ring_control
from whisp_desktop.ui.views.turning_row import TurningRow


class Segments(TurningRow):
    """Side by side they touch each other; below each other they are a menu."""

    SPACING_PX = 0
    COLUMN_SPACING_PX = 0

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.parts = [_segment(each) for each in words]
        self.parts[0].setProperty("end", "first")
        self.parts[-1].setProperty("end", "last")
        group = QButtonGroup(self)
        for part in self.parts:
            group.addButton(part)
            part.ensurePolished()  # before its width is asked for
            self.add(part)

    def _fit(self, part: QWidget, *, in_row: bool) -> None:
        part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


def _segment(words: str) -> QPushButton:
    segment = QPushButton(words)
    segment.setCheckable(True)
    segment.setProperty("kind", "segment")
    segment.setAccessibleName(words)
    ring_control(segment)
    return segment

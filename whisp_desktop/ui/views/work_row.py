"""How far the work is that the server asks of somebody new."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.work import Work
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.ring import BusyRing


class WorkRow(QWidget):
    """A ring that fills, and the same in words."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._ring = BusyRing(20, "accent", stroke_px=3)
        self._words = Words("", "caption", "text2")
        self._words.setObjectName("firstRun.work")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 12)
        row.setSpacing(12)
        row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        work.changed.connect(self._renew)

    def _renew(self) -> None:
        self._ring.show_done(self._work.done)
        words = self.tr(
            "Your computer works for the server: {percent} %. That slows down mass sign-ups."
        )
        self._words.setText(words.format(percent=self._work.percent))

"""A card of rows: an icon, a heading, a sentence, and what belongs to it at the trailing end."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign

_INSET_PX = 16


class CardRow(QWidget):
    """One row; `icon` may be left out, `below` stands under the sentence."""

    def __init__(self, icon: str | None, heading: str, sentence: str, ink: str = "text2") -> None:
        super().__init__()
        self.heading = Words(heading, "strong")
        self.sentence = Words(sentence, "small", "text2")
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.sentence)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(_INSET_PX, 12, _INSET_PX, 12)
        self._row.setSpacing(_INSET_PX)
        self._sign = None if icon is None else Sign(icon, ink, 22)
        if self._sign is not None:
            self._row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._column, 1)

    def say(self, heading: str, sentence: str) -> None:
        """Say something else."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def add_below(self, widget: QWidget) -> None:
        """Put `widget` under the sentence."""
        self._column.addWidget(widget)
        if self._sign is not None:
            self._row.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)

    def add_trailing(
        self, widget: QWidget, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter
    ) -> None:
        """Put `widget` at the trailing end."""
        self._row.addWidget(widget, 0, align)

    def add_leading(self, widget: QWidget) -> None:
        """Put `widget` where the icon would be."""
        self._row.insertWidget(0, widget, 0, Qt.AlignmentFlag.AlignTop)


class Card(QFrame):
    """Rows with a line between each two."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "card")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(1, 1, 1, 1)
        self._rows.setSpacing(0)

    def add(self, row: CardRow) -> CardRow:
        """Add `row` at the end."""
        if self._rows.count():
            line = QFrame()
            line.setProperty("ground", "line")
            line.setFixedHeight(1)
            self._rows.addWidget(line)
        self._rows.addWidget(row)
        return row

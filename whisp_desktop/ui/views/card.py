"""A card of rows: an icon, a heading, a sentence, and what belongs to it at the trailing end."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.words_beside import WordsBeside

_INSET_PX, _LEAST_WORDS_PX = 16, 140


class CardRow(WordsBeside):
    """One row; `icon` may be left out."""

    def __init__(self, icon: str | None, heading: str, sentence: str, ink: str = "text2") -> None:
        super().__init__(_LEAST_WORDS_PX, _INSET_PX)
        self.heading = Words(heading, "strong")
        self.sentence = Words(sentence, "small", "text2")
        self._words.setSpacing(2)
        self.add_words(self.heading)
        self.add_words(self.sentence)
        self._row.setContentsMargins(_INSET_PX, 12, _INSET_PX, 12)
        self._sign = None if icon is None else Sign(icon, ink, 22)
        if self._sign is not None:
            self.put_before(self._sign)

    def say(self, heading: str, sentence: str) -> None:
        """Say something else."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def add_below(self, widget: QWidget) -> None:
        """Put `widget` under the sentence."""
        self.add_words(widget)
        if self._sign is not None:
            self._row.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)


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

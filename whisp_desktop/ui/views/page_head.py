"""The head of a page about somebody: face, name, a line under it, and one more thing."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.views.face import Face
from whisp_desktop.ui.views.words_beside import WordsBeside

_FACE_PX = 56
_LEAST_WORDS_PX, _SPACING_PX = 260, 15


class PageHead(WordsBeside):
    """`more` stands at the trailing end, or under the words where there is no room."""

    def __init__(self, name: QWidget, line: QWidget, more: QWidget) -> None:
        super().__init__(_LEAST_WORDS_PX, _SPACING_PX)
        self.face = Face(_FACE_PX)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.put_before(self.face)
        self.add_words(name)
        self.add_words(line)
        self.put_beside(more)

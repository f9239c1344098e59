"""Words of a message, laid out as plain text; where its lines break is kept, the words are not."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle

_LINE_BREAKS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, overrides and embeddings of direction, annotations, and Qt's mark for objects.
_HARMFUL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffc]")
_NAMES: Final = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}


def harmless(words: str) -> str:
    """Return the words with every sign that could disguise others made visible."""
    return _HARMFUL.sub(_visible, _LINE_BREAKS.sub("\n", words))


def direction(words: str) -> Qt.LayoutDirection:
    """Return the direction of the first letter that has one."""
    for sign in words:
        kind = bidirectional(sign)
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
        if kind == "L":
            break
    return Qt.LayoutDirection.LeftToRight


def _visible(found: re.Match[str]) -> str:
    sign = found.group()
    return f"[{_NAMES.get(sign) or f'U+{ord(sign):04X}'}]"


def lay_out(
    words: str,
    font: QFont,
    line_px: float,
    width: float,
    align: Qt.AlignmentFlag,
    reading: Qt.LayoutDirection,
    strong: str = "",
) -> QTextLayout:
    """Break a paragraph into lines of `line_px` each, at words where that is possible.

    `strong` is a part of the words that is set in a heavier weight.
    """
    layout = QTextLayout(words, font)
    if strong:
        weight = QTextCharFormat()
        weight.setFontWeight(QFont.Weight.DemiBold)
        heavier = QTextLayout.FormatRange()
        heavier.start, heavier.length = words.find(strong), len(strong)
        heavier.format = weight
        layout.setFormats([heavier])
    option = QTextOption(align)
    option.setTextDirection(reading)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top + (line_px - line.height()) / 2))
        top += line_px
    layout.endLayout()
    return layout


class _Part(NamedTuple):
    """A paragraph: a slice of the words, and where it stands."""

    start: int
    end: int
    top: float
    height: float


class TextShape(NamedTuple):
    """How words stand in a given width: numbers only, so it may be kept when they are gone."""

    width: float
    height: float
    parts: tuple[_Part, ...]


class TextBlock:
    """Lays out in one font and line height."""

    def __init__(self, font: QFont, line_px: float) -> None:
        self._font = font
        self._line_px = line_px

    def measure(self, words: str, width: float) -> TextShape:
        """Break harmless words into lines of at most `width` px."""
        widest, top, parts = 0.0, 0.0, []
        for start, end in _paragraphs(words):
            height = self._line_px
            if end > start:
                layout = self._lay_out(words[start:end], width)
                height = layout.lineCount() * self._line_px
                lines = (layout.lineAt(line) for line in range(layout.lineCount()))
                widest = max(widest, *(line.naturalTextWidth() for line in lines))
            parts.append(_Part(start, end, top, height))
            top += height
        return TextShape(min(widest, width), top, tuple(parts))

    def paint(
        self, painter: QPainter, words: str, shape: TextShape, box: QRectF, color: QColor
    ) -> None:
        """Draw the words of a shape into its box, and no dot outside of the painter's clip."""
        clip = painter.clipBoundingRect() if painter.hasClipping() else box
        painter.setPen(color)
        for part in shape.parts:
            top = box.top() + part.top
            if top > clip.bottom() or part.end == part.start:
                continue
            if top + part.height < clip.top():
                continue
            layout = self._lay_out(words[part.start : part.end], box.width())
            first = max(0, int((clip.top() - top) / self._line_px) - 1)
            last = min(layout.lineCount(), int((clip.bottom() - top) / self._line_px) + 2)
            for line in range(first, last):
                layout.lineAt(line).draw(painter, QPointF(box.left(), top))

    def _lay_out(self, words: str, width: float) -> QTextLayout:
        reading = direction(words)
        align = QStyle.visualAlignment(reading, Qt.AlignmentFlag.AlignLeft)
        return lay_out(words, self._font, self._line_px, width, align, reading)


def _paragraphs(words: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := words.find("\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(words)

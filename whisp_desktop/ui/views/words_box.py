"""The box to write in: plain text, no memory of what was there before."""

from typing import Final

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextDocumentLayout, QPlainTextEdit, QSizePolicy

from whisp_desktop.ui import forget, theme
from whisp_desktop.ui.views.clipboard import copy_words

MOST_LINES: Final = 6
_CARET_PX: Final = 2
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WordsBox(QPlainTextEdit):
    """Grows from one line to six, then scrolls; Enter submits, Shift+Enter breaks the line.

    Nothing can be undone, selecting puts nothing on the X11 selection, and taking the words
    overwrites and frees the document, as best as Qt lets.
    """

    submitted = Signal()
    height_changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._lines = 1
        self._own: QTextDocument | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setProperty("kind", "words")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhMultiLine
        )
        self.setFont(theme.current().font("message"))
        self._start_document()

    @property
    def written(self) -> bool:
        """Whether there is more than white space; nothing is copied to find out."""
        document = self.document()
        return any(
            not document.characterAt(place).isspace()
            for place in range(document.characterCount() - 1)
        )

    def put_back(self, words: str) -> None:
        """Put words in front of whatever was typed meanwhile."""
        rest = self.toPlainText()
        self.setPlainText(f"{words}\n{rest}" if rest else words)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def wipe(self) -> None:
        """Overwrite the words, free their document and begin a new one."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(" " * self.document().characterCount())
        self._start_document()
        forget.trim_soon()

    def sizeHint(self) -> QSize:
        """Return room for the lines that there are, six at most."""
        return QSize(120, self._lines * self._line_px() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(40, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter submits; copying is done by ourselves."""
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _ENTER and not shifted:
            self.submitted.emit()
        elif event.key() in _ENTER:
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        elif event.matches(QKeySequence.StandardKey.Copy):
            copy_words(self._selected())
        elif event.matches(QKeySequence.StandardKey.Cut):
            self._cut()
        else:
            super().keyPressEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Return nothing: Qt would put it on the X11 selection at every drag of the mouse."""
        return QMimeData()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take plain text and nothing else."""
        if source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer cut, copy, paste."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.textCursor().hasSelection()
        for words, act, possible in (
            (self.tr("Cut"), self._cut, chosen),
            (self.tr("Copy"), lambda: copy_words(self._selected()), chosen),
            (self.tr("Paste"), self.paste, self.canPaste()),
        ):
            action = menu.addAction(words)
            action.setEnabled(possible)
            action.triggered.connect(act)
        menu.popup(event.globalPos())

    def _cut(self) -> None:
        copy_words(self._selected())
        self.textCursor().removeSelectedText()

    def _selected(self) -> str:
        return self.textCursor().selectedText().replace("\u2029", "\n")

    def _line_px(self) -> int:
        return self.fontMetrics().lineSpacing()

    def _start_document(self) -> None:
        before = self._own
        self._own = document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentLayout(QPlainTextDocumentLayout(document))
        document.setDocumentMargin(0)
        document.setDefaultFont(QFont(theme.current().font("message")))
        self.setDocument(document)
        self.setCursorWidth(_CARET_PX)
        if before is not None:
            before.deleteLater()
        document.documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        lines = max(1, min(MOST_LINES, round(self.document().size().height())))
        policy = Qt.ScrollBarPolicy
        many = self.document().size().height() > MOST_LINES
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if many else policy.ScrollBarAlwaysOff
        )
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self.height_changed.emit()

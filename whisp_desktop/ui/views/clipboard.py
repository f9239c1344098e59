"""Words that somebody copies, marked so that clipboard histories leave them out."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication


def concealed(words: str) -> QMimeData:
    """Return words with the marks by which KDE, Windows and macOS keep no history of them."""
    data = QMimeData()
    data.setText(words)
    data.setData("x-kde-passwordManagerHint", b"secret")
    data.setData(
        'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"1"
    )
    data.setData("application/x-nspasteboard-concealed-type", b"1")
    return data


def copy_words(words: str) -> None:
    """Put words on the clipboard."""
    if words:
        QGuiApplication.clipboard().setMimeData(concealed(words))

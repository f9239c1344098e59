"""Words that somebody copies, marked so that clipboard histories leave them out."""

import atexit

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
    """Put words on the clipboard, for as long as this program runs."""
    if words:
        data = concealed(words)
        QGuiApplication.clipboard().setMimeData(data)
        # Qt must drop it before Python goes: afterwards its end would crash.
        atexit.unregister(_let_go)
        atexit.register(_let_go, data)


def _let_go(data: QMimeData) -> None:
    """Empty the clipboard, unless another program has put something else there."""
    if QGuiApplication.instance() is not None and QGuiApplication.clipboard().mimeData() is data:
        QGuiApplication.clipboard().clear()

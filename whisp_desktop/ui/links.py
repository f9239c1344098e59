"""Invite links that come from outside: the command line, a second start, macOS.

What comes is shown, and does nothing by itself. A second start hands its link to the window that
is there, over a socket that only this person's programs can open.
"""

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

MOST_LINE_BYTES: Final = 1024
_BEGIN: Final = "whisp:"
_PATIENCE_MS: Final = 1000
_MOST_WAITING: Final = 4


def hand_over(profile: Path, link: str) -> bool:
    """Give a link to the window that runs with this profile; whether there is one."""
    socket = QLocalSocket()
    if not _is_there(socket, _name(profile)):
        return False
    socket.write(link.encode(errors="replace")[: MOST_LINE_BYTES - 1] + b"\n")
    sent = socket.waitForBytesWritten(_PATIENCE_MS)
    socket.disconnectFromServer()
    return sent


class Links(QObject):
    """Tells of links while a window is there."""

    opened = Signal(str)

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._name = _name(profile)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_MOST_WAITING)
        self._server.newConnection.connect(self._greet)

    def begin(self, first: str) -> None:
        """Tell of the link of the own start, if there is one, then of others."""
        if first:
            self.opened.emit(first)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        if not _is_there(QLocalSocket(), self._name):
            QLocalServer.removeServer(self._name)  # of a window that ended without closing it
            self._server.listen(self._name)

    def close(self) -> None:
        """Hear of no more."""
        self._server.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what macOS opens this program with."""
        if isinstance(event, QFileOpenEvent):
            self._take(event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return True
        return False

    def _greet(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.setReadBufferSize(MOST_LINE_BYTES)
            socket.readyRead.connect(partial(self._read, socket))
            socket.disconnected.connect(socket.deleteLater)
            QTimer.singleShot(_PATIENCE_MS, socket, socket.abort)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        """Read one line, and nothing after it."""
        if socket.canReadLine():
            line = bytes(socket.readLine(MOST_LINE_BYTES).data())
            socket.abort()
            self._take(line.removesuffix(b"\n").decode(errors="replace"))
        elif socket.bytesAvailable() >= MOST_LINE_BYTES:
            socket.abort()

    def _take(self, text: str) -> None:
        """Pass over what cannot be a link; what it says is read, and shown, by the core."""
        if text.isascii() and text.isprintable() and text[: len(_BEGIN)].lower() == _BEGIN:
            self.opened.emit(text)


def _is_there(socket: QLocalSocket, name: str) -> bool:
    """Whether a window hears: Qt would put another socket in the place of its own."""
    socket.connectToServer(name)
    return socket.waitForConnected(_PATIENCE_MS)


def _name(profile: Path) -> str:
    """Return the socket's path in a folder of this person's; on Windows the name of a pipe."""
    runtime = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    digest = sha256(str(profile.resolve()).encode()).hexdigest()[:16]
    return str(Path(runtime) / f"whisp-{digest}")

"""The foot of the left column: whether the server answers, and group, lock, panic."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.server_state import ServerStateViewModel
from whisp_desktop.ui.views.buttons import Button, IconButton
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.later import say_later
from whisp_desktop.ui.views.notice import Notice

_FOOT_PX = 52


class Foot(QWidget):
    """One line; while the server is away, a notice above it says so and offers to try again."""

    def __init__(self, server: ServerStateViewModel) -> None:
        super().__init__()
        self._server = server
        self._mark = _Mark()
        self._word = Words("", "caption", "text2")
        self._word.setObjectName("server.word")
        self._notice = Notice("warn", "caution", "", "small")
        self._notice.setObjectName("server.notice")
        self._notice.words.setObjectName("server.sentence")
        self._again = Button(self.tr("Try again"), icon="again", dense=True)
        self._again.setObjectName("server.again")
        self._again.clicked.connect(server.retry)
        self._notice.add_action(self._again)
        room = QHBoxLayout()
        room.setContentsMargins(16, 8, 16, 12)
        room.addWidget(self._notice)
        line = QFrame()
        line.setProperty("ground", "line")
        line.setFixedHeight(1)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 7, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._word, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for icon, name, token in (
            ("group", self.tr("New group"), "text2"),
            ("lock", self.tr("Lock"), "text2"),
            ("panic", self.tr("Panic: erase and quit"), "danger"),
        ):
            button = IconButton(icon, name, token)
            button.setObjectName(f"foot.{icon}")
            say_later(button)
            buttons.addWidget(button)
        row.addLayout(buttons)
        bar = QWidget()
        bar.setLayout(row)
        bar.setFixedHeight(max(_FOOT_PX, theme.current().px(_FOOT_PX)) - 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(room)
        column.addWidget(line)
        column.addWidget(bar)
        server.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        self._word.setText(self._server.word)
        self._mark.show_state(self._server.connected)
        sentence = self._server.sentence
        if sentence != self._notice.words.text():
            self._notice.say(sentence)
        self._again.setVisible(self._server.may_retry)
        self._again.set_busy(busy=self._server.trying)
        self._notice.setVisible(bool(sentence))


class _Mark(QWidget):
    """A filled dot where the server answers, an open ring where not."""

    def __init__(self) -> None:
        super().__init__()
        self._connected: bool | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a little more than the dot."""
        return QSize(8, 10)

    def show_state(self, connected: bool | None) -> None:  # noqa: FBT001  # three states
        """Show that it answers, does not, or that nobody knows yet."""
        self._connected = connected
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(self.width() / 2, self.height() / 2)
        if self._connected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("online"))
            painter.drawEllipse(center, 4, 4)
        else:
            token = "text3" if self._connected is None else "warn_mark"
            painter.setPen(QPen(colors.color(token), 2))
            painter.drawEllipse(center, 3, 3)

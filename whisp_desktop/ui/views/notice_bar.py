"""What the core has to tell that belongs to no page: one sentence at a time, until it is read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from whisp_desktop.session.events import Event, Notice
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.notice import Notice as NoticeFrame


class NoticeBar(QWidget):
    """Shows the latest `Notice`; the others wait behind it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._waiting: list[str] = []
        self._notice = NoticeFrame("warn", "caution", "")
        self._notice.words.setObjectName("notice.sentence")
        close = IconButton("cancel", self.tr("Close"))
        close.setObjectName("notice.close")
        close.clicked.connect(self._read)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 12, 0)
        row.addWidget(self._notice, 1)
        row.addWidget(close)
        self.hide()
        bridge.event.connect(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.say(event.say)

    def say(self, sentence: str) -> None:
        """Show a sentence until it is read."""
        if sentence not in self._waiting:
            self._waiting.append(sentence)
            self._show()

    def _read(self) -> None:
        self._waiting.pop()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if self._waiting:
            self._notice.say(self._waiting[-1])

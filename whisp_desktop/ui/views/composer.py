"""Where one writes: the timer, the words, and the button that sends them."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.viewmodels.lifetimes import long_lifetime, short_lifetime
from whisp_desktop.ui.views.buttons import Button, IconButton, SendButton
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.timer_menu import TimerMenu
from whisp_desktop.ui.views.words_box import WordsBox

_BOX_PX: Final = 52
_RADIUS_PX: Final = 14


class Composer(QWidget):
    """Sends through the view model; words that are refused stay, with the reason above them."""

    def __init__(self, view_model: ConversationViewModel, pane: QWidget) -> None:
        super().__init__(pane)
        self._view_model = view_model
        self._pane = pane
        self._next_s: int | None = None
        self._sent_s: int | None = None
        self.trouble = Words("", "caption", "danger")
        self.trouble.setObjectName("composer.trouble")
        self.trouble.hide()
        self.words = WordsBox(self.tr("Message {who}").format(who=view_model.who))
        self.words.setObjectName("composer.text")
        self.timer = Button("", "pill", "timer")
        self.timer.setObjectName("composer.timer")
        self.timer.clicked.connect(self.open_timer_menu)
        self.attach = self._later("attach", self.tr("Attach a file"))
        self.camera = self._later("camera", self.tr("Take a photo"))
        self.more = self._later("add", self.tr("Attach"))
        self.emoji = self._later("emoji", self.tr("Emoji"))
        self.send = SendButton(self.tr("Send"))
        self.send.setObjectName("composer.send")
        self.send.clicked.connect(self.submit)
        self._box = _Box(self.words)
        self._lay_out()
        self.words.submitted.connect(self.submit)
        self.words.textChanged.connect(self._take_change)
        self.words.height_changed.connect(self.updateGeometry)
        view_model.changed.connect(self.refresh)
        view_model.refused.connect(self._take_back)
        self.refresh()
        self._take_change()

    def refresh(self) -> None:
        """Show the lifetime of the next message."""
        lifetime_s = self._view_model.lifetime_s if self._next_s is None else self._next_s
        self.timer.setText(short_lifetime(lifetime_s))
        said = self.tr("Messages last: {lifetime}").format(lifetime=long_lifetime(lifetime_s))
        self.timer.setAccessibleName(said)
        self.timer.setToolTip(said)
        self.timer.updateGeometry()

    def set_narrow(self, *, narrow: bool) -> None:
        """Fold attach and camera into one sign."""
        self.attach.setVisible(not narrow)
        self.camera.setVisible(not narrow)
        self.more.setVisible(narrow)

    def submit(self) -> None:
        """Send what is written."""
        if not self.words.written:
            return
        words = self.words.toPlainText()
        try:
            self._view_model.check(words)
        except RefusedError as error:
            self._say(error.say)
            return
        self._sent_s, self._next_s = self._next_s, None
        self._view_model.send(words, self._sent_s)
        self.words.wipe()
        self._say("")
        self.refresh()

    def open_timer_menu(self) -> TimerMenu:
        """Ask how long messages last."""
        menu = TimerMenu(self._pane, self._view_model.lifetime_s)
        menu.for_all.connect(self._view_model.set_timer)
        menu.for_next.connect(self._choose_next)
        menu.open_above(self._box)
        return menu

    def wipe(self) -> None:
        """Drop unsent words."""
        self.words.wipe()
        self._say("")

    def _choose_next(self, lifetime_s: int) -> None:
        self._next_s = lifetime_s
        self.refresh()

    def _take_change(self) -> None:
        written = self.words.written
        self.send.setEnabled(written)
        self.send.setToolTip(self.tr("Send") if written else self.tr("Write something first."))

    def _take_back(self, words: str, why: str) -> None:
        if words:
            self.words.put_back(words)
            self._next_s = self._sent_s
            self.refresh()
        self._say(why)

    def _say(self, why: str) -> None:
        self.trouble.setText(why)
        self.trouble.setVisible(bool(why))
        self.words.setAccessibleDescription(why)
        self._box.set_wrong(wrong=bool(why))

    def _later(self, icon: str, name: str) -> IconButton:
        button = IconButton(icon, name, sign_px=22)
        button.setEnabled(False)
        button.setToolTip(self.tr("Comes in a later version."))
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._box)
        row.setContentsMargins(7, 6, 7, 6)
        row.setSpacing(0)
        bottom = Qt.AlignmentFlag.AlignBottom
        pill = QVBoxLayout()
        pill.setContentsMargins(0, 0, 0, 2)
        pill.addWidget(self.timer, 0, bottom)
        row.addSpacing(4)
        row.addLayout(pill)
        row.addSpacing(4)
        for button in (self.attach, self.camera, self.more):
            row.addWidget(button, 0, bottom)
        row.addSpacing(8)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(8)
        row.addWidget(self.emoji, 0, bottom)
        row.addWidget(self.send, 0, bottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.trouble)
        column.addWidget(self._box)
        self.more.hide()


class _Box(QFrame):
    """The edge around everything; a click anywhere in it goes to the words."""

    def __init__(self, words: WordsBox) -> None:
        super().__init__()
        self._words = words
        self._wrong = False
        self.setMinimumHeight(_BOX_PX)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def set_wrong(self, *, wrong: bool) -> None:
        """Take the edge of an error, or put it off."""
        self._wrong = wrong
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the words."""
        self._words.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the edge."""
        colors = theme.current()
        width = 2 if self._wrong else colors.line_px
        token = "danger" if self._wrong else "line_strong"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.color(token), width))
        painter.setBrush(colors.color("card"))
        inset = width / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, _RADIUS_PX - inset, _RADIUS_PX - inset)

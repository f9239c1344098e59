"""The way to a conversation: four steps, where it stands, and Cancel."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.session.events import Step
from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.ring import BusyRing
from whisp_desktop.ui.views.scroll import Scroll

_STEPS: Final = tuple(Step)
_SIGN_PX: Final = 28
_ROW_PX: Final = 64
_WIDTH_PX: Final = 400
_INSET_PX: Final = 24


class _StepSign(QWidget):
    """Done, running or to come; and the way to the next one."""

    def __init__(self, *, last: bool) -> None:
        super().__init__()
        self._last = last
        self._done = self._running = False
        self._ring = BusyRing(_SIGN_PX, "accent", self, stroke_px=3)
        self._ring.hide()
        self.setFixedWidth(_SIGN_PX)
        self.setMinimumHeight(_SIGN_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.current().changed.connect(self.update)

    def show_progress(self, *, done: bool, running: bool, work: float | None) -> None:
        """Show how far this step is, by the part of `work` that is done where there is some."""
        self._done, self._running = done, running
        self._ring.setVisible(running)
        self._ring.show_done(work)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the circle and the line or the points below it."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(0, 0, _SIGN_PX, _SIGN_PX)
        if self._done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent"))
            painter.drawEllipse(circle)
            icons.paint(painter, "chosen", circle.adjusted(6, 6, -6, -6), colors.color("card"))
        elif not self._running:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.color("line_strong"), 2))
            painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        if not self._last:
            self._paint_way(painter)

    def _paint_way(self, painter: QPainter) -> None:
        x, top, bottom = _SIGN_PX / 2, _SIGN_PX + 4, self.height() - 4
        if self._done:
            painter.setPen(QPen(theme.current().color("accent"), 2))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            return
        pen = QPen(theme.current().color("line_strong"), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = (top + bottom) / 2
        painter.drawPoints([QPointF(x, middle + 8 * step) for step in (-1, 0, 1)])


class _StepRow(QWidget):
    """A step with its name and one sentence."""

    def __init__(self, name: str, *, last: bool) -> None:
        super().__init__()
        self._name = name
        self.sign = _StepSign(last=last)
        self.heading = Words(name, "strong")
        self.sentence = Words("", "caption", "text2")
        words = QVBoxLayout()
        words.setContentsMargins(0, 3, 0, 12)
        words.setSpacing(0)
        words.addWidget(self.heading)
        words.addWidget(self.sentence)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.sign)
        row.addLayout(words, 1)
        self.setMinimumHeight(theme.current().px(_ROW_PX))

    def show_progress(
        self, sentence: str, *, done: bool, running: bool, work: float | None
    ) -> None:
        """Show how far it is, and say so."""
        self.sign.show_progress(done=done, running=running, work=work)
        self.sentence.setText(sentence)
        to_come = not done and not running
        self.heading.set_tone("text2" if to_come else "text")
        self.heading.setFont(theme.current().font("body" if to_come else "strong"))
        said = self.tr("done") if done else self.tr("running") if running else self.tr("to come")
        self.setAccessibleName(f"{self._name}, {said}")


class ConnectingPage(Scroll):
    """From *Asking* to *Securing*."""

    def __init__(self, view_model: ConversationViewModel) -> None:
        super().__init__()
        self._view_model = view_model
        names = (
            self.tr("Asking"),
            self.tr("Agreeing on keys"),
            self.tr("Connecting"),
            self.tr("Securing"),
        )
        self.rows = [_StepRow(name, last=name is names[-1]) for name in names]
        self.title = Words(self.tr("Reaching {who}").format(who=view_model.who), "display")
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.setObjectName("connecting.cancel")
        self.cancel.clicked.connect(self._cancel)
        self.note = Words("", "caption", "text2")
        self._lay_out()
        view_model.changed.connect(self.refresh)
        view_model.refused.connect(self._take_back)
        self.refresh()

    def refresh(self) -> None:
        """Show which step runs."""
        if self._view_model.state != "connecting":
            return
        here = _STEPS.index(self._view_model.step)
        for place, row in enumerate(self.rows):
            done, running = place < here, place == here
            work = self._view_model.work if running else None
            sentence = self._sentence(place, done=done)
            row.show_progress(sentence, done=done, running=running, work=work)
        asking = self._view_model.step == Step.ASKING
        self.note.setText(
            self.tr("{who} decides.").format(who=self._view_model.who)
            if asking
            else self.tr("Usually takes less than 5 seconds.")
        )

    def _sentence(self, place: int, *, done: bool) -> str:
        who = self._view_model.who
        return (
            self.tr("{who} accepted.").format(who=who) if done else self._asking(),
            self.tr("New keys, for this conversation only."),
            self.tr("Looking for a path between your two computers."),
            self.tr("Checking that nobody stands in between."),
        )[place]

    def _asking(self) -> str:
        work = self._view_model.work
        if work is None:
            return self.tr("Waiting for {who} to accept.").format(who=self._view_model.who)
        words = self.tr("Your computer works for the request: {percent} %.")
        return words.format(percent=int(100 * work))

    def _cancel(self) -> None:
        self.cancel.set_busy(busy=True)
        self._view_model.cancel()

    def _take_back(self, _words: str, why: str) -> None:
        self.cancel.set_busy(busy=False)
        self.note.setText(why)

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(theme.current().px(_WIDTH_PX))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addSpacing(24)
        for row in self.rows:
            column.addWidget(row)
        column.addSpacing(11)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.cancel)
        foot.addWidget(self.note, 1)
        column.addLayout(foot)
        row_of_one = QHBoxLayout()
        row_of_one.setContentsMargins(_INSET_PX, 0, _INSET_PX, 0)
        row_of_one.addStretch(1)
        row_of_one.addWidget(middle, 100)
        row_of_one.addStretch(1)
        self.column.addLayout(row_of_one)
        self.set_insets(_INSET_PX, _INSET_PX)

"""The first run: the brand panel, four steps, and the two buttons under them."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel, Step
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.keys_step import KeysStep
from whisp_desktop.ui.views.later import say_later
from whisp_desktop.ui.views.mark import BrandPanel
from whisp_desktop.ui.views.protection_step import ProtectionStep
from whisp_desktop.ui.views.scroll import Scroll
from whisp_desktop.ui.views.turning_row import ButtonRow
from whisp_desktop.ui.views.username_step import UsernameStep
from whisp_desktop.ui.views.welcome_step import WelcomeStep
from whisp_desktop.ui.views.work_row import WorkRow

_PANEL_FROM_PX = 900
_FORM_PX, _BAR_PX = 500, 544
_WIDE_INSET_PX, _NARROW_INSET_PX = 72, 24


class FirstRun(QWidget):
    """Follows one `FirstRunViewModel`."""

    finished = Signal()

    def __init__(self, view_model: FirstRunViewModel) -> None:
        super().__init__()
        self._view_model = view_model
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._panel = BrandPanel()
        self._steps = (
            WelcomeStep(),
            UsernameStep(view_model),
            KeysStep(view_model),
            ProtectionStep(),
        )
        self._pages = QStackedWidget()
        for step in self._steps:
            self._pages.addWidget(_scrolled(step))
        self._progress = _Progress()
        self._work = WorkRow(view_model.work)
        self._form = QVBoxLayout()
        self._form.setSpacing(0)
        self._form.addWidget(self._progress)
        self._form.addSpacing(12)
        self._form.addWidget(self._pages, 1)
        self._form.addSpacing(12)
        self._form.addWidget(self._work)
        self._form.addWidget(self._bar())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._panel)
        row.addLayout(self._form, 1)
        view_model.changed.connect(self._renew)
        view_model.work.changed.connect(self._renew)
        view_model.finished.connect(self.finished)
        self._shown = view_model.step
        self._renew()

    def begin(self) -> None:
        """Put the keyboard where the step of now wants it."""
        self._steps[self._view_model.step].begin(self._next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the panel away where the window is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.current().px(_PANEL_FROM_PX)
        self._panel.setVisible(wide)
        inset = _WIDE_INSET_PX if wide else _NARROW_INSET_PX
        self._form.setContentsMargins(inset, 40, inset, 32)

    def _bar(self) -> QWidget:
        self._other = Button(self.tr("I have Whisp on another device"), icon="card")
        self._other.setObjectName("firstRun.otherDevice")
        say_later(self._other)
        self._back = Button(self.tr("Back"))
        self._back.setObjectName("firstRun.back")
        self._back.clicked.connect(self._go_back)
        self._next = Button(self.tr("Start"), "primary")
        self._next.setObjectName("firstRun.next")
        self._next.clicked.connect(self._go_on)
        bar = ButtonRow()
        bar.setMaximumWidth(theme.current().px(_BAR_PX))
        bar.add(self._other)
        bar.add(self._back)
        bar.add_space()
        bar.add(self._next)
        return bar

    def _go_on(self) -> None:
        keys = self._steps[Step.KEYS]
        if self._view_model.step is Step.KEYS and self._view_model.account is None:
            if isinstance(keys, KeysStep):
                keys.seal()
            return
        self._view_model.go_on()

    def _go_back(self) -> None:
        if self._view_model.may_cancel:
            self._view_model.cancel()
        else:
            self._view_model.go_back()

    def _renew(self) -> None:
        view_model = self._view_model
        step = view_model.step
        self._pages.setCurrentIndex(step)
        self._progress.show_step(step)
        self._other.setVisible(step is Step.WELCOME)
        self._back.setVisible(view_model.step > Step.WELCOME and view_model.account is None)
        self._back.setEnabled(view_model.may_go_back or view_model.may_cancel)
        self._back.setText(self.tr("Cancel") if view_model.may_cancel else self.tr("Back"))
        self._back.setAccessibleName(self._back.text())
        self._work.setVisible(view_model.may_cancel)
        verbs = {Step.WELCOME: self.tr("Start"), Step.PROTECTION: self.tr("Finish")}
        self._next.setText(verbs.get(step, self.tr("Next")))
        self._next.setAccessibleName(self._next.text())
        self._next.set_busy(busy=view_model.busy)
        self._next.setEnabled(view_model.busy or view_model.may_go_on)
        if step is not self._shown:
            self._shown = step
            self.begin()


class _Progress(QWidget):
    """Four marks and the words *Step 2 of 4*."""

    def __init__(self) -> None:
        super().__init__()
        self._marks = _Marks()
        self._words = Words("", "caption", "text2")
        self._words.setObjectName("firstRun.progress")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._marks)
        row.addWidget(self._words, 1)

    def show_step(self, step: Step) -> None:
        """Say which step it is."""
        self._marks.show_step(step)
        words = self.tr("Step {number} of {all}").format(number=step + 1, all=len(Step))
        self._words.setText(words)


class _Marks(QWidget):
    """One mark a step; the one of now is long."""

    def __init__(self) -> None:
        super().__init__()
        self._step = Step.WELCOME
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Three short marks and a long one, 6 apart."""
        return QSize(22 + 3 * (8 + 6), 16)

    def show_step(self, step: Step) -> None:
        """Show this one as the step of now."""
        self._step = step
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the marks from the leading end."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        x = 0
        for step in Step:
            width = 22 if step is self._step else 8
            color = colors.color("accent_fill" if step <= self._step else "line_strong")
            painter.setOpacity(1.0 if step <= self._step else 0.55)
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(x, 4, width, 8), 4, 4)
            x += width + 6


def _scrolled(step: QWidget) -> Scroll:
    """Return `step` in the middle of the height, 4 px free for the ring of the focus."""
    step.setMaximumWidth(theme.current().px(_FORM_PX))
    row = QHBoxLayout()
    row.setContentsMargins(0, 4, 4, 4)
    row.addWidget(step, 1)
    row.addStretch(0)
    area = Scroll()
    area.column.addLayout(row)
    return area

"""The first run: the four steps to an account of one's own, and the buttons under them."""

from PySide6.QtCore import Signal

from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel, Step
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.keys_step import KeysStep
from whisp_desktop.ui.views.protection_step import ProtectionStep
from whisp_desktop.ui.views.steps_frame import StepsFrame
from whisp_desktop.ui.views.username_step import UsernameStep
from whisp_desktop.ui.views.welcome_step import WelcomeStep


class FirstRun(StepsFrame):
    """Follows one `FirstRunViewModel`."""

    finished = Signal()
    other_device = Signal()
    """There is an account already, on another device or on paper."""
    recovery_asked = Signal()
    """A recovery sheet is to be made."""

    def __init__(self, view_model: FirstRunViewModel) -> None:
        keys = KeysStep(view_model)
        steps = (WelcomeStep(), UsernameStep(view_model), keys, ProtectionStep())
        super().__init__(steps, len(Step), view_model.work)
        self._steps = steps
        self._keys = keys
        keys.recovery_asked.connect(self.recovery_asked)
        self._view_model = view_model
        self._fill_bar()
        view_model.changed.connect(self._renew)
        view_model.work.changed.connect(self._renew)
        view_model.finished.connect(self.finished)
        self._shown = view_model.step
        self._renew()

    def begin(self) -> None:
        """Put the keyboard where the step of now wants it."""
        self._steps[self._view_model.step].begin(self._next)

    def _fill_bar(self) -> None:
        self._other = Button(self.tr("I have Whisp on another device"), icon="card")
        self._other.setObjectName("firstRun.otherDevice")
        self._other.clicked.connect(self.other_device)
        self._back = Button(self.tr("Back"))
        self._back.setObjectName("firstRun.back")
        self._back.clicked.connect(self._go_back)
        self._next = Button(self.tr("Start"), "primary")
        self._next.setObjectName("firstRun.next")
        self._next.clicked.connect(self._go_on)
        self.bar.add(self._other)
        self.bar.add(self._back)
        self.bar.add_space()
        self.bar.add(self._next)

    def _go_on(self) -> None:
        if self._view_model.step is Step.KEYS and self._view_model.account is None:
            self._keys.seal()
        else:
            self._view_model.go_on()

    def _go_back(self) -> None:
        if self._view_model.may_cancel:
            self._view_model.cancel()
        else:
            self._view_model.go_back()

    def _renew(self) -> None:
        view_model = self._view_model
        step = view_model.step
        self.show_page(step, step)
        self._other.setVisible(step is Step.WELCOME)
        self._back.setVisible(view_model.step > Step.WELCOME and view_model.account is None)
        self._back.setEnabled(view_model.may_go_back or view_model.may_cancel)
        self._back.setText(self.tr("Cancel") if view_model.may_cancel else self.tr("Back"))
        self._back.setAccessibleName(self._back.text())
        self.work.setVisible(view_model.may_cancel)
        verbs = {Step.WELCOME: self.tr("Start"), Step.PROTECTION: self.tr("Finish")}
        self._next.setText(verbs.get(step, self.tr("Next")))
        self._next.setAccessibleName(self._next.text())
        self._next.set_busy(busy=view_model.busy)
        self._next.setEnabled(view_model.busy or view_model.may_go_on)
        if step is not self._shown:
            self._shown = step
            self.begin()

"""*I have Whisp on another device*: scan its code or type one, then show it six digits."""

from PySide6.QtCore import Qt, Signal

from whisp_desktop.ui.viewmodels.joining import JoiningViewModel, JoinPage
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.host_sheet import HostSheet
from whisp_desktop.ui.views.join_steps import CodeStep, DigitsStep, RecoveryStep, ScanStep, SealStep
from whisp_desktop.ui.views.steps_frame import StepsFrame

_STEPS = 3


class JoinDevice(StepsFrame):
    """Follows one `JoiningViewModel`."""

    back = Signal()

    def __init__(self, view_model: JoiningViewModel) -> None:
        pages = (
            ScanStep(view_model),
            CodeStep(view_model),
            SealStep(view_model),
            DigitsStep(view_model),
            RecoveryStep(view_model),
        )
        super().__init__(pages, _STEPS, view_model.work)
        self._all_pages = pages
        self._view_model = view_model
        self._question: HostSheet | None = None
        self._fill_bar()
        view_model.changed.connect(self._renew)
        view_model.work.changed.connect(self._renew)
        self._shown = view_model.page
        self._renew()

    def begin(self) -> None:
        """Put the keyboard where the page of now wants it."""
        self._all_pages[self._view_model.page].begin()
        if self._view_model.page is JoinPage.SCAN:
            self._code.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_back(self) -> None:
        """Stop what is under way, or go to the page before."""
        view_model = self._view_model
        if view_model.busy or view_model.page is JoinPage.DIGITS:
            view_model.stop()
        elif view_model.page is JoinPage.SCAN:
            self.back.emit()
        else:
            view_model.show_page(JoinPage.SCAN)

    def _fill_bar(self) -> None:
        self._back = Button(self.tr("Back"))
        self._back.setObjectName("join.back")
        self._back.clicked.connect(self.go_back)
        self._code = Button(self.tr("Enter a code instead"), icon="code")
        self._code.setObjectName("join.code")
        self._code.clicked.connect(lambda: self._view_model.show_page(JoinPage.CODE))
        self._next = Button(self.tr("Next"), "primary")
        self._next.setObjectName("join.next")
        self._next.clicked.connect(self._go_on)
        self.bar.add(self._back)
        self.bar.add_space()
        self.bar.add(self._code)
        self.bar.add(self._next)

    def _go_on(self) -> None:
        self._all_pages[self._view_model.page].go_on()

    def _renew(self) -> None:
        view_model = self._view_model
        page = view_model.page
        is_end = page is JoinPage.DIGITS
        self.show_page(page, 2 if is_end else 1)
        words = self.tr("Cancel") if view_model.busy or is_end else self.tr("Back")
        self._back.setText(words)
        self._back.setAccessibleName(words)
        self._code.setVisible(page is JoinPage.SCAN)
        self._code.setEnabled(not view_model.busy)
        self._next.setVisible(not is_end and page is not JoinPage.SCAN)
        self._next.set_busy(busy=view_model.busy)
        self.work.setVisible(view_model.busy and view_model.work.done is not None)
        if view_model.unknown_host and self._question is None:
            self._ask_about_host()
        if page is not self._shown:
            self._shown = page
            self.begin()

    def _ask_about_host(self) -> None:
        self._question = HostSheet(self.window(), self._view_model)
        self._question.dismissed.connect(self._answered)
        self._question.open()

    def _answered(self) -> None:
        self._question = None
        self.begin()

"""What can be done about one's devices: the sheets behind the rows of the page."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from whisp_desktop.session.answers import DeviceEntry
from whisp_desktop.session.device_commands import RenameDevice
from whisp_desktop.session.events import EnrollStep
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.adding import AddingViewModel
from whisp_desktop.ui.viewmodels.decision import Decision
from whisp_desktop.ui.viewmodels.devices import DevicesViewModel
from whisp_desktop.ui.views.adding_sheets import ConfirmSheet, FarSheet, NearSheet, OutcomeSheet
from whisp_desktop.ui.views.lost_help import LostHelp
from whisp_desktop.ui.views.question_sheets import RenameSheet
from whisp_desktop.ui.views.recovery_maker import RecoveryMaker
from whisp_desktop.ui.views.revoke_sheet import RevokeSheet
from whisp_desktop.ui.views.sheet import Sheet

_SHEETS: Final[dict[EnrollStep, type[ConfirmSheet | OutcomeSheet] | None]] = {
    EnrollStep.WAITING: None,
    EnrollStep.AGREEING: None,
    EnrollStep.CONFIRM: ConfirmSheet,
    EnrollStep.FINISHING: ConfirmSheet,
    EnrollStep.DONE: OutcomeSheet,
    EnrollStep.STOPPED: OutcomeSheet,
}


class DeviceActs(QObject):
    """Opens sheets over the window of `page`; they go with it."""

    def __init__(self, page: QWidget, bridge: Bridge, devices: DevicesViewModel) -> None:
        super().__init__(page)
        self._page = page
        self._bridge = bridge
        self._devices = devices
        self._adding: AddingViewModel | None = None
        self._sheet: Sheet | None = None

    def add_near(self) -> None:
        """Show a code for the camera of another device."""
        self._add(by_code=False)

    def add_far(self) -> None:
        """Show a code that is read out to another device."""
        self._add(by_code=True)

    def make_recovery_sheet(self) -> None:
        """Ask for the passphrase of a recovery sheet."""
        self._open(RecoveryMaker(self._page.window(), self._bridge))

    def open_help(self) -> None:
        """Say what can and cannot be done about lost devices."""
        self._open(LostHelp(self._page.window()))

    def rename(self, device_id: str) -> None:
        """Ask for another name."""
        device = self._device(device_id)
        decision = Decision(self._bridge)
        sheet = RenameSheet(
            self._page.window(),
            decision,
            self.tr("Rename {who}").format(who=self._devices.who(device)),
            self.tr("Only this computer shows this name. Your other devices do not hear of it."),
            self._devices.name(device),
            lambda name: decision.decide(RenameDevice(device_id, name)),
        )
        self._open(sheet)

    def revoke(self, device_id: str) -> None:
        """Ask before a device is revoked, and why it is."""
        device = self._device(device_id)
        sheet = RevokeSheet(
            self._page.window(), Decision(self._bridge), device, self._devices.who(device)
        )
        self._open(sheet)

    def _open(self, sheet: Sheet) -> None:
        """Open a sheet that goes with the page."""
        self.destroyed.connect(sheet.deleteLater)
        sheet.open()

    def _add(self, *, by_code: bool) -> None:
        self._adding = AddingViewModel(self._bridge, self, by_code=by_code)
        self._adding.changed.connect(self._follow)
        self._adding.begin()

    def _follow(self) -> None:
        """Show the sheet that belongs to the step of now."""
        adding = self._adding
        if adding is None:
            return
        kind = _SHEETS[adding.step] or (FarSheet if adding.by_code else NearSheet)
        if isinstance(self._sheet, kind):
            return
        self._sheet = None  # the next one dismisses it
        self._sheet = kind(self._page.window(), adding)
        self._sheet.dismissed.connect(partial(self._dismissed, self._sheet))
        self._open(self._sheet)

    def _dismissed(self, sheet: Sheet) -> None:
        """End it where somebody closes the sheet of now; another one may have taken its place."""
        adding = self._adding
        if sheet is self._sheet and adding is not None:
            self._adding = self._sheet = None
            adding.end()

    def _device(self, device_id: str) -> DeviceEntry:
        return next(one for one in self._devices.devices if one.device_id == device_id)

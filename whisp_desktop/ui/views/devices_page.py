"""Settings, *Devices*: one's own devices, what can be done about each, and how to add one."""

import platform
import time
from functools import partial

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from whisp_desktop.session.account import RENEW_S
from whisp_desktop.session.answers import DeviceEntry
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.devices import DevicesViewModel
from whisp_desktop.ui.views.buttons import Button, IconButton
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.chip import QUIET, VERIFIED, Chip
from whisp_desktop.ui.views.device_acts import DeviceActs
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.settings import SettingsPage


class DevicesPage(SettingsPage):
    """Follows a `DevicesViewModel`."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(
            self.tr("Devices"),
            self.tr("Each device has keys of its own. Your account key vouches for them.")
            + " "
            + self.tr("Names stay here."),
        )
        self._devices = DevicesViewModel(bridge, self)
        self._acts = DeviceActs(self, bridge, self._devices)
        self._card = Card()
        self._rows: dict[str, _DeviceRow] = {}
        self._trouble = Notice("danger", "failed", "")
        self.body.addWidget(self._card)
        self.body.addWidget(self._trouble)
        self.add_heading(self.tr("Add a device"))
        self.body.addWidget(self._ways_to_add())
        self.body.addWidget(self._lost())
        self.add_heading(self.tr("For the day when no device is left"))
        self.body.addWidget(self._paper())
        self._devices.changed.connect(self._renew)
        self._renew()
        self._devices.fetch()

    def _ways_to_add(self) -> Card:
        near = CardRow(
            "card",
            self.tr("It is next to me"),
            self.tr("The new device scans a code from this screen with its camera."),
        )
        self._show = Button(self.tr("Show code"), "primary", dense=True)
        self._show.setObjectName("devices.showCode")
        self._show.clicked.connect(self._acts.add_near)
        near.put_beside(self._show)
        far = CardRow(
            "code",
            self.tr("It is somewhere else"),
            self.tr(
                "You read out a 12-digit code over the phone, and hear six digits back. One"
                " attempt, five minutes."
            ),
        )
        self._make = Button(self.tr("Make a code"), dense=True)
        self._make.setObjectName("devices.makeCode")
        self._make.clicked.connect(self._acts.add_far)
        far.put_beside(self._make)
        card = Card()
        card.add(near)
        card.add(far)
        return card

    def _lost(self) -> Notice:
        lost = Notice(
            "sunken",
            "fact",
            self.tr(
                "Lost a device? Revoke it from another one. The server refuses it at once, and each"
                " contact as soon as you meet again."
            ),
        )
        more = Button(self.tr("The only one?"), "link", dense=True)
        more.setObjectName("devices.help")
        more.clicked.connect(self._acts.open_help)
        lost.add_action(more)
        return lost

    def _paper(self) -> Card:
        row = CardRow(
            "print",
            self.tr("Recovery sheet"),
            self.tr(
                "On paper, under a passphrase. It brings your account back, unless you revoked a"
                " device that holds the account key."
            ),
        )
        self._sheet = Button(self.tr("Make one…"), dense=True)
        self._sheet.setObjectName("devices.recovery")
        self._sheet.clicked.connect(self._acts.make_recovery_sheet)
        row.put_beside(self._sheet)
        card = Card()
        card.add(row)
        return card

    def _renew(self) -> None:
        shown = [one.device_id for one in self._devices.devices]
        if list(self._rows) != shown:
            self._begin_rows(shown)
        for device in self._devices.devices:
            self._rows[device.device_id].show_device(device, self._devices)
        self._card.setVisible(bool(shown))
        self._trouble.say(self._devices.trouble)
        self._trouble.setVisible(bool(self._devices.trouble))
        why = self.tr("Only a device that holds the account key can do this.")
        for button in (self._show, self._make, self._sheet):
            button.setEnabled(self._devices.may_add)
            button.setToolTip("" if self._devices.may_add else why)

    def _begin_rows(self, device_ids: list[str]) -> None:
        card = Card()
        self._rows = {}
        for device in self._devices.devices:
            row = _DeviceRow(device)
            row.rename_asked.connect(partial(self._acts.rename, device.device_id))
            row.revoke_asked.connect(partial(self._acts.revoke, device.device_id))
            self._rows[device.device_id] = row
            card.add(row)
        self.body.replaceWidget(self._card, card)
        self._card.deleteLater()
        self._card.hide()
        self._card = card


class _DeviceRow(CardRow):
    """One device; a revoked one is only told of."""

    rename_asked = Signal()
    revoke_asked = Signal()

    def __init__(self, device: DeviceEntry) -> None:
        super().__init__("computer", "", "", "accent" if device.this else "text2")
        short = device.device_id[:8]
        self.heading.setObjectName(f"device.name.{short}")
        self._rename = IconButton("rename", "")
        self._rename.setObjectName(f"device.rename.{short}")
        self._rename.clicked.connect(self.rename_asked)
        self._revoke = Button(self.tr("Revoke…"), "quiet-danger", dense=True)
        self._revoke.setObjectName(f"device.revoke.{short}")
        self._revoke.clicked.connect(self.revoke_asked)
        self._state = Chip(VERIFIED, "done", self.tr("In use"))
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._rename, self._revoke, self._state):
            row.addWidget(part)
        self.put_beside(beside)

    def show_device(self, device: DeviceEntry, devices: DevicesViewModel) -> None:
        """Say what is known of it now."""
        is_revoked = bool(device.revoked)
        self.say(devices.name(device), self._revoked(device) if is_revoked else self._facts(device))
        rename = self.tr("Rename {who}").format(who=devices.who(device))
        self._rename.setToolTip(rename)
        self._rename.setAccessibleName(rename)
        self._rename.setVisible(not is_revoked)
        revoke = self.tr("Revoke {who}").format(who=devices.who(device))
        self._revoke.setAccessibleName(revoke)
        self._revoke.setVisible(not is_revoked and not device.this)
        self._revoke.setEnabled(devices.may_revoke)
        why = self.tr("This computer may not revoke devices.")
        self._revoke.setToolTip("" if devices.may_revoke else why)
        self._state.setVisible(is_revoked or device.this)
        if is_revoked:
            self._state.show_fact(QUIET, "block", self.tr("Revoked"))

    def _facts(self, device: DeviceEntry) -> str:
        facts = []
        if device.this:
            facts.append(f"{platform.system()}.")
        elif device.added:
            facts.append(self.tr("Added {day}.").format(day=_day(device.added)))
        if device.holds_account_key:
            facts.append(self.tr("Holds the account key."))
        if device.may_revoke:
            facts.append(self.tr("Can revoke devices."))
        if device.this:
            facts.append(self._certificate(device))
        return " ".join(facts)

    def _certificate(self, device: DeviceEntry) -> str:
        lasts_s = device.expires - int(time.time())
        if not device.holds_account_key:
            return self.tr("Its certificate lasts until {day}.").format(day=_day(device.expires))
        if lasts_s < RENEW_S:
            return self.tr("Its certificate is being renewed.")
        renewed = _day(device.expires - RENEW_S)
        return self.tr("Its certificate renews itself on {day}.").format(day=renewed)

    def _revoked(self, device: DeviceEntry) -> str:
        refused = self.tr("The server and the contacts you met since refuse it.")
        match device.revoked:
            case "lost":
                why = self.tr("Revoked as lost.")
            case "stolen":
                why = self.tr("Revoked as stolen.")
            case "retired":
                why = self.tr("Retired.")
            case _:
                why = self.tr("Revoked.")
        return f"{why} {refused}"


def _day(instant_s: int) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(instant_s).date(), "d MMMM")

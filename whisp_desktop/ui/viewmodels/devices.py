"""The devices of one's own account, as the core lists them."""

from PySide6.QtCore import QObject

from whisp_desktop.session.answers import DeviceEntry
from whisp_desktop.session.device_commands import GetDevices
from whisp_desktop.session.events import DevicesChanged, Event
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.decision import Decision


class DevicesViewModel(Decision):
    """This device first, then the others, revoked ones last."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(bridge, parent)
        self.devices: tuple[DeviceEntry, ...] = ()
        bridge.event.connect(self._hear)

    def fetch(self) -> None:
        """Learn what there is now."""
        self._errands.start(self._or_say(self._fetch()))

    @property
    def may_add(self) -> bool:
        """Whether this device can certify another one."""
        return any(one.this and one.holds_account_key for one in self.devices)

    @property
    def may_revoke(self) -> bool:
        """Whether this device can declare another one revoked."""
        return any(one.this and (one.may_revoke or one.holds_account_key) for one in self.devices)

    def name(self, device: DeviceEntry) -> str:
        """Return what a device is called here."""
        unnamed = self.tr("This computer") if device.this else self.tr("Another device")
        return device.name or unnamed

    def who(self, device: DeviceEntry) -> str:
        """Return the name as it stands in a sentence."""
        return in_sentence(self.name(device))

    async def _fetch(self) -> None:
        self.devices = await self._bridge.do(GetDevices())

    def _hear(self, event: Event) -> None:
        if isinstance(event, DevicesChanged):
            self.fetch()

"""The devices of one's own account: which there are, what they are called, and their end."""

import time
from collections.abc import Callable
from dataclasses import replace

from whisp_desktop.chat.book import OwnDevice
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert, Manifest, day
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import DeviceId
from whisp_desktop.protocol.revocation import (
    NOBODY,
    Reason,
    Revocation,
    RevocationKind,
    Standing,
    parse_revocations,
)
from whisp_desktop.session.answers import DeviceEntry
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import AccountEnded, DevicesChanged, Notice
from whisp_desktop.session.people import can_be_shown

_REASONS = {"lost": Reason.LOST, "stolen": Reason.STOLEN, "retired": Reason.RETIRED}
_WORDS = {reason: word for word, reason in _REASONS.items()} | {Reason.NONE: "revoked"}

_REVOKED = AccountEnded(
    "device_revoked",
    "This device was revoked by another one of yours. Its keys have been erased.",
)
_DELETED = AccountEnded(
    "account_deleted",
    "This account was deleted. Its keys have been erased. Nobody can sign for its name again.",
)
_ENDED = Notice(
    "account_ended",
    "This device held your account key. Start a new account and tell your contacts.",
)


class OwnDevices:
    """What one's own devices have said of the account, and what is done about it here.

    spread -- tells every open conversation what the account's statements have become
    over -- called when this device has no account any more
    """

    def __init__(
        self, desk: Desk, spread: Callable[[], None], over: Callable[[AccountEnded], None]
    ) -> None:
        self._desk = desk
        self._spread = spread
        self._over = over

    @property
    def _others(self) -> dict[DeviceId, OwnDevice]:
        return self._desk.circle.book.devices

    @property
    def _this(self) -> DeviceId:
        return self._desk.keys.device.device_id

    def standing(self) -> Standing:
        """Return what is held of one's own account."""
        papers = self._desk.papers
        certs = [DeviceCert.read(each.cert) for each in self._others.values() if each.cert]
        return Standing(papers.cert.account_key, statements=papers.news, held=[papers.cert, *certs])

    # The list

    def entries(self) -> tuple[DeviceEntry, ...]:
        """Return this device, then the others, revoked ones last."""
        revoked = {one.target: one.reason for one in self._revocations()}
        listed = [device for device, _ in self._desk.papers.manifest.entries]
        others = dict.fromkeys([*self._others, *listed, *revoked])
        found = [self._entry(device, revoked.get(device)) for device in others if device != NOBODY]
        return tuple(sorted(found, key=lambda each: (not each.this, bool(each.revoked))))

    def _entry(self, device: DeviceId, reason: Reason | None) -> DeviceEntry:
        papers, other = self._desk.papers, self._others.get(device)
        this = device == self._this
        cert = papers.cert if this else _cert(other)
        flags = cert.flags if cert else CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK
        return DeviceEntry(
            device_id=device.hex(),
            name=self._name(device, this=this),
            this=this,
            added=papers.cert.issued if this else other.added if other else 0,
            issued=cert.issued if cert else 0,
            expires=cert.expires if cert else 0,
            may_revoke=CertFlags.CAN_REVOKE in flags,
            holds_account_key=CertFlags.HOLDS_AK in flags,
            revoked="" if reason is None else _WORDS[reason],
        )

    def _name(self, device: DeviceId, *, this: bool) -> str:
        given = self._desk.circle.book.device_names.get(device)
        if given is not None or this:
            return given or "This computer"
        others = [each for each in self._others if each != self._this]
        return f"Device {others.index(device) + 2}" if device in others else "Another device"

    def rename(self, device_id: str, name: str) -> None:
        """Call a device by another name. RefusedError `no_such_device`, `bad_petname`."""
        device, name = self._known(device_id), name.strip()
        if not can_be_shown(name):
            say = "That name cannot be shown. Use letters and spaces, 64 bytes at most."
            raise RefusedError("bad_petname", say)
        self._desk.circle.book.device_names[device] = name
        self._changed()

    async def renew_this(self) -> None:
        """Where this device holds the account key: sign its next certificate in the last 30 days.

        Another one is renewed by a sibling.
        """
        desk = self._desk
        if desk.keys.account is not None and desk.papers.is_due(_now()):
            papers = desk.papers.renewed(desk.keys, _now())
            await desk.server.renew(desk.keys, papers)
            desk.papers = papers
            desk.circle.keep_account(papers.kept(desk.server.api.url, registered=True))

    # Their end

    async def revoke(self, device_id: str, reason: str) -> None:
        """Declare a device's end, here at once and to the server as soon as it is there.

        RefusedError `no_such_device`, `bad_reason`, `may_not_revoke`, `already_revoked`.
        """
        device, why = self._known(device_id), _REASONS.get(reason)
        if why is None:
            raise RefusedError("bad_reason", "A device is lost, stolen or retired.")
        entry = next(each for each in self.entries() if each.device_id == device_id)
        if entry.revoked:
            raise RefusedError("already_revoked", "That device is revoked already.")
        ends_account = entry.holds_account_key and why is not Reason.RETIRED
        kind = RevocationKind.DEVICE_WITH_ACCOUNT_KEY if ends_account else RevocationKind.DEVICE
        self.take(self._sign(kind, device, why).statements)
        await self.bring()

    async def delete(self) -> None:
        """End the account for everybody. RefusedError `no_account_key`, `server_unreachable`.

        Nothing has ended then.
        """
        end = Revocation.issue(
            self._desk.keys.vouching,
            kind=RevocationKind.ACCOUNT,
            target=NOBODY,
            issued=_now(),
            reason=Reason.NONE,
        )
        await self._desk.server.revoke(end.whole)
        self.take(end.whole)

    def _sign(self, kind: RevocationKind, target: DeviceId, reason: Reason) -> Revocation:
        keys, cert = self._desk.keys, self._desk.papers.cert
        if keys.account is None and CertFlags.CAN_REVOKE not in cert.flags:
            say = "This device may not revoke others. Use one of your devices that may."
            raise RefusedError("may_not_revoke", say)
        return Revocation.issue(
            keys.account or keys.device.signing,
            kind=kind,
            target=target,
            issued=_now(),
            reason=reason,
            signer_cert=None if keys.account else cert,
        )

    async def bring(self) -> None:
        """Bring the server every revocation that it may not have; what fails is tried again."""
        revocations, desk = self._desk.papers.revocations, self._desk
        if revocations and desk.circle.book.told_server != revocations:
            await desk.server.revoke(revocations)
            desk.circle.book.told_server = revocations
            desk.circle.changed()

    # News

    def take(self, statements: bytes) -> None:
        """Hear what another device, or the server, says of the account. PeerError: it is wrong."""
        standing = self.standing()
        if not standing.take(statements, _now()):
            return
        manifest = standing.manifest
        assert manifest is not None
        revocations = standing.statements().removeprefix(manifest.whole)
        self._desk.papers = replace(self._desk.papers, manifest=manifest, revocations=revocations)
        self._desk.circle.keep_account(
            self._desk.papers.kept(self._desk.server.api.url, registered=True)
        )
        self._note_new(manifest)
        self._changed()
        self._spread()
        self._mind(standing)

    def _note_new(self, manifest: Manifest) -> None:
        """Ask about each device that was not known before."""
        for device, _ in manifest.entries:
            if device != self._this and device not in self._others:
                self._others[device] = OwnDevice(cert=b"", added=day(_now()))
                say = "A device was added to your account. Was that you?"
                self._desk.tell(Notice("device_added", say))

    def _mind(self, standing: Standing) -> None:
        revoked = {one.target for one in self._revocations()}
        for device in revoked & self._others.keys():
            self._others[device].pair_keys.close()
        if standing.ended:
            self._over(_DELETED)
        elif self._this in revoked:
            self._over(_REVOKED)
        elif standing.frozen:
            self._desk.tell(_ENDED)

    def _revocations(self) -> tuple[Revocation, ...]:
        return parse_revocations(self._desk.papers.revocations)

    def _changed(self) -> None:
        self._desk.circle.changed()
        self._desk.tell(DevicesChanged())

    def _known(self, device_id: str) -> DeviceId:
        for entry in self.entries():
            if entry.device_id == device_id:
                return DeviceId(bytes.fromhex(device_id))
        raise RefusedError("no_such_device", "You have no such device.")


def _cert(device: OwnDevice | None) -> DeviceCert | None:
    return DeviceCert.read(device.cert) if device is not None and device.cert else None


def _now() -> int:
    return int(time.time())

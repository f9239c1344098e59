"""standing.json: news of accounts, and which certificates count after it, written by hand."""

from typing import Any

from tests.vectors.reference import statements as make
from tests.vectors.reference.primitives import digest, drawn, u8
from tests.vectors.reference.statements import DAY, NOW, TODAY, Device

_SKEW = 120


class History:
    """What somebody hears of one account, in order, and what he must make of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ak = drawn(f"{name} ak", 32)
        self.events: list[dict[str, Any]] = []
        self.frozen = self.ended = False

    def device(self, name: str, *, epoch: int = 1, flags: int = 1, days: int = 90) -> Device:
        """Return a device of the account; its keys stay the same with other fields."""
        device = Device(f"{self.name} {name}", account=self.name, epoch=epoch, flags=flags)
        device.expires = TODAY + days * DAY
        return device

    def manifest(self, epoch: int, *devices: Device) -> bytes:
        return make.manifest(self.ak, {one.device_id: one.cert for one in devices}, epoch)

    def revocation(
        self, kind: int, target: bytes, *, signer: Device | None = None, reason: int = 0
    ) -> bytes:
        """Return it, after the certificate of the device that signs it."""
        account_key = self.device("any").account_key
        if signer is None:
            return make.revocation(account_key, self.ak, kind, target, reason=reason)
        return signer.cert + make.revocation(
            account_key, signer.dks, kind, target, signer=signer.device_id, reason=reason
        )

    def _add(self, do: str, now: int, **fields: Any) -> None:
        state = {"frozen": self.frozen, "ended": self.ended}
        self.events.append({"do": do, "now": now, **fields, **state})

    def take(self, statements: bytes, why: str) -> None:
        self._add("take", NOW, why=why, statements=statements.hex())

    def pass_over(self, statements: bytes, why: str) -> None:
        self._add("pass over", NOW, why=why, passed_over=statements.hex())

    def refuse(self, statements: bytes, why: str) -> None:
        self._add("refuse", NOW, why=why, refused=statements.hex())

    def admit(self, device: Device, why: str, *, now: int = NOW, admitted: bool = True) -> None:
        self._add("admit", now, why=why, cert=device.cert.hex(), admitted=admitted)

    def as_json(self, held: tuple[Device, ...], *statements: bytes) -> dict[str, Any]:
        return {
            "name": self.name,
            "account_key": self.device("any").account_key.hex(),
            "events": self.events,
            "held": sorted(digest(one.cert).hex() for one in held),
            "statements": b"".join(statements).hex(),
        }


def document() -> Any:
    return [_epochs(), _times(), _revoked(), _by_devices(), _frozen(), _together(), _ended()]


def _epochs() -> Any:
    story = History("epochs")
    listed, left_out = story.device("listed"), story.device("left out", epoch=2)
    newer, stranger = story.device("newer", epoch=3), Device("stranger")
    story.admit(left_out, "there is no manifest yet")
    story.admit(stranger, "it is of another account", admitted=False)
    second = story.manifest(2, listed)
    story.take(second, "the first manifest")
    story.admit(listed, "the manifest lists it")
    story.admit(left_out, "the manifest does not list it, and is as new", admitted=False)
    story.admit(newer, "its epoch is above the manifest's")
    story.pass_over(second, "known")
    story.pass_over(story.manifest(1, left_out), "a lower epoch")
    story.pass_over(story.manifest(2, left_out), "another of the same epoch")
    other = make.manifest(stranger.ak, {stranger.device_id: stranger.cert}, 9)
    story.pass_over(other, "of another account")
    story.pass_over(listed.card, "of another type")
    third = story.manifest(3, newer)
    story.refuse(third[:-1] + u8(third[-1] ^ 1), "a wrong signature")
    story.refuse(third[:-1], "a statement that is cut")
    story.take(third, "a higher epoch")
    story.admit(listed, "it is listed no more", admitted=False)
    return story.as_json((newer,), third)


def _times() -> Any:
    story = History("times")
    device = story.device("device", days=30)
    story.admit(device, "from the skew before it", now=TODAY - _SKEW)
    story.admit(device, "a second earlier", now=TODAY - _SKEW - 1, admitted=False)
    end = TODAY + 30 * DAY + _SKEW
    story.admit(device, "until the skew after it", now=end - 1)
    story.admit(device, "a second later", now=end, admitted=False)
    return story.as_json((device,))


def _revoked() -> Any:
    story = History("a device is revoked")
    lost, kept = story.device("lost"), story.device("kept")
    first = story.manifest(1, lost, kept)
    story.take(first, "both are listed")
    story.admit(lost, "it is not revoked yet")
    story.admit(kept, "it is listed")
    gone = story.revocation(1, lost.device_id, reason=1)
    forged = gone[:-1] + u8(gone[-1] ^ 1)
    story.refuse(forged, "a wrong signature")
    story.take(gone, "signed with the account key")
    story.pass_over(gone, "known")
    story.admit(lost, "it is revoked", admitted=False)
    story.admit(kept, "it is another")
    story.admit(story.device("lost", epoch=2), "a revoked id never comes back", admitted=False)
    again = story.manifest(2, story.device("lost", epoch=2), kept)
    story.take(again, "revocations do not touch the epoch")
    story.admit(story.device("lost", epoch=2), "not even if it is listed", admitted=False)
    return story.as_json((kept,), again, gone)


def _by_devices() -> Any:
    story = History("devices revoke")
    one, other = story.device("one"), story.device("other")
    may_not = story.device("may not", flags=0)
    story.refuse(story.revocation(1, one.device_id, signer=may_not), "it has not CAN_REVOKE")
    by_one = story.revocation(1, other.device_id, signer=one)
    story.refuse(by_one[252:], "the signer's certificate is not there")
    story.refuse(other.cert + by_one[252:], "the certificate of another device")
    story.refuse(story.revocation(3, bytes(16), signer=one), "a device cannot end the account")
    story.take(by_one, "one revokes the other")
    by_other = story.revocation(1, one.device_id, signer=other)
    story.take(by_other, "the other revokes the one: both are out")
    for device in (one, other):
        story.admit(device, "it is revoked", admitted=False)
    story.admit(may_not, "it is a third")
    return story.as_json((may_not,), by_one, by_other)


def _frozen() -> Any:
    story = History("the freeze")
    holder, kept = story.device("holder", flags=3), story.device("kept", days=30)
    unheard, newer = story.device("unheard"), story.device("newer", epoch=2)
    first = story.manifest(1, holder, kept, unheard)
    story.take(first, "all three are listed")
    story.admit(holder, "it is listed")
    story.admit(kept, "it is listed")
    story.take(story.revocation(1, holder.device_id, reason=3), "retired, and still in his hands")
    story.admit(kept, "nothing is frozen")
    story.frozen = True
    gone = story.revocation(2, holder.device_id, signer=kept, reason=2)
    story.take(gone, "it held the account key, and was stolen")
    story.admit(holder, "it is revoked", admitted=False)
    story.admit(kept, "held before: it counts until it expires")
    story.admit(unheard, "listed, but never held", admitted=False)
    story.admit(newer, "new", admitted=False)
    story.pass_over(story.manifest(2, newer), "no other manifest counts")
    third = story.revocation(1, unheard.device_id)
    story.take(third, "further revocations count")
    story.admit(kept, "it has expired", now=TODAY + 30 * DAY + _SKEW, admitted=False)
    return story.as_json((kept,), first, gone, third)


def _together() -> Any:
    story = History("manifest and freeze at once")
    thief = story.device("thief", epoch=5)
    gone = story.revocation(2, drawn("stolen", 16))
    story.frozen = True
    story.take(story.manifest(5, thief) + gone, "whose the manifest is, nobody knows")
    story.admit(thief, "new, and its account is frozen", admitted=False)
    return story.as_json((), gone)


def _ended() -> Any:
    story = History("the account ends")
    device = story.device("device")
    story.admit(device, "nothing was heard")
    deleted = story.revocation(3, bytes(16))
    story.frozen = story.ended = True
    story.take(deleted, "deleted")
    story.admit(device, "held before, and yet", admitted=False)
    story.pass_over(story.manifest(9, device), "no manifest either")
    return story.as_json((device,), deleted)

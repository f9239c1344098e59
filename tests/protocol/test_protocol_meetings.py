"""A PAKE, an enrollment, a pass of file frames, a group's messages; and versions not known."""

import secrets

import pytest

from tests.fakes.account import one_below_and_one_above
from tests.harness import NOW, Client
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    CertFlags,
    DeviceCert,
    Manifest,
    day,
)
from whisp_desktop.protocol.enrollment_new import NewDevice
from whisp_desktop.protocol.enrollment_old import OldDevice
from whisp_desktop.protocol.errors import PeerError, RefusedError, UnknownVersionError
from whisp_desktop.protocol.file_frames import CHUNK_BYTES, FileReader, FileWriter
from whisp_desktop.protocol.group_messages import Group, GroupJoin, GroupLeave
from whisp_desktop.protocol.keys import DeviceKeys, Secret, encapsulate
from whisp_desktop.protocol.pake import PakeGuest, PakeOwner, friend_use
from whisp_desktop.protocol.peer_messages import Nothing, Renew, Typing, decode, encode
from whisp_desktop.protocol.qr_text import base45_encode, parse_statement_qr
from whisp_desktop.protocol.roster import Member, Roster
from whisp_desktop.protocol.statements import split_statements

FLIPPED = (0, 1, 40, 80, 1000, 2047)


def changed(frame: bytes, at: int) -> bytes:
    return frame[:at] + bytes((frame[at] ^ 1,)) + frame[at + 1 :]


def pake(guest_code: bytes, guest_door: str = "12") -> tuple[PakeGuest, PakeOwner]:
    guest = PakeGuest(friend_use("bob", guest_door), Secret(guest_code), secrets.token_bytes)
    return guest, PakeOwner(friend_use("bob", "12"), Secret(b"12345678"), secrets.token_bytes)


def test_the_right_code_gives_both_the_same_psk_and_ticket() -> None:
    guest, owner = pake(b"12345678")
    owner.check(guest.read(owner.read(guest.write())))
    with pytest.raises(ValueError, match="whether the code was right"):
        guest.psk()
    assert guest.open(owner.write(b"payload")) == b"payload"
    assert guest.psk() == owner.psk()
    assert guest.ticket() == owner.ticket()
    for side in (guest, owner):
        side.close()
        with pytest.raises(ValueError, match="no keys"):
            side.psk()


@pytest.mark.parametrize(("code", "door"), [(b"12345679", "12"), (b"12345678", "13")])
def test_a_wrong_code_or_door_gets_nothing(code: bytes, door: str) -> None:
    guest, owner = pake(code, door)
    p3 = guest.read(owner.read(guest.write()))
    with pytest.raises(PeerError):
        owner.check(p3)
    with pytest.raises(ValueError, match="whether the code was right"):
        owner.write(b"")
    with pytest.raises(PeerError):
        guest.open(b"\x43" + secrets.token_bytes(2047))


def enrolling(account: Client) -> tuple[OldDevice, NewDevice]:
    old = OldDevice(account.account, mailbox=bytes(8), host="", now=NOW, random=secrets.token_bytes)
    keys = DeviceKeys.generate(secrets.token_bytes)
    return old, NewDevice(old.token, keys, NOW, secrets.token_bytes)


def offer(old: OldDevice, flags: CertFlags) -> bytes:
    issued = day(NOW)
    return old.write(
        issued=issued,
        expires=issued + CERT_LIFE_S,
        epoch=2,
        flags=flags,
        random=secrets.token_bytes,
        encapsulate=encapsulate,
    )


@pytest.mark.parametrize("flags", [CertFlags.CAN_REVOKE, CertFlags.HOLDS_AK])
def test_an_enrollment_refuses_every_change_and_then_succeeds(flags: CertFlags) -> None:
    alice = Client("alice")
    old, new = enrolling(alice)
    e1 = new.write()
    for at in FLIPPED:
        with pytest.raises(PeerError):
            old.read(changed(e1, at), NOW)
    old.read(e1, NOW)
    with pytest.raises(ValueError, match="used"):
        old.read(e1, NOW)
    e2 = offer(old, flags)
    for at in FLIPPED:
        with pytest.raises(PeerError):
            new.read(changed(e2, at))
    e3 = new.read(e2)
    for at in FLIPPED:
        with pytest.raises(PeerError):
            old.read_proof(changed(e3, at))
    old.read_proof(e3)
    assert new.digits is not None
    cert = old.certify(f"{new.digits[:3]} {new.digits[3:]}")
    manifest = Manifest.issue(alice.account, (alice.cert, cert), epoch=2, issued=day(NOW))
    e4, kpair = old.write_last(alice.card, manifest)
    for at in FLIPPED:
        with pytest.raises(PeerError):
            new.open(changed(e4, at), NOW)
    enrolled = new.open(e4, NOW)
    assert (enrolled.cert, enrolled.card, enrolled.manifest) == (cert, alice.card, manifest)
    assert enrolled.kpair == kpair
    holds = flags is CertFlags.HOLDS_AK
    assert enrolled.account_seed == (alice.account.seed if holds else None)
    enrolled.close()
    assert enrolled.kpair.closed


def test_wrong_digits_end_an_enrollment() -> None:
    old, new = enrolling(Client("alice"))
    old.read(new.write(), NOW)
    old.read_proof(new.read(offer(old, CertFlags.CAN_REVOKE)))
    assert new.digits is not None
    with pytest.raises(RefusedError) as refused:
        old.certify(f"{(int(new.digits) + 1) % 10**6:06}")
    assert refused.value.code == "wrong_digits"
    with pytest.raises(ValueError, match="digits are typed once"):
        old.certify(new.digits)


def test_file_frames_come_in_order_and_end() -> None:
    size = CHUNK_BYTES + 5
    whole = secrets.token_bytes(size)
    given = (Secret(bytes(32)), bytes(32), bytes(16), size, 0)
    writer, reader = FileWriter(*given), FileReader(*given)
    frames = [writer.seal(whole[:CHUNK_BYTES]), writer.seal(whole[CHUNK_BYTES:])]
    assert writer.done
    with pytest.raises(PeerError, match="out of order"):
        reader.open(frames[1])
    for at in (0, 17, 20, 21, 16420):
        with pytest.raises(PeerError):
            reader.open(changed(frames[0], at))
    assert b"".join(map(reader.open, frames)) == whole
    with pytest.raises(PeerError):
        reader.open(frames[1])
    assert not reader.takes(changed(frames[0], 5))
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.seal(b"")
    with pytest.raises(PeerError):
        FileWriter(*given[:4], 3)


def test_group_messages() -> None:
    for message in (
        Group(bytes(16), bytes(32), Typing(on=True)),
        GroupJoin(bytes(16), bytes(32)),
        GroupLeave(bytes(16), bytes(32)),
    ):
        assert decode(*encode(message)) == message
        with pytest.raises(PeerError):
            decode(message.kind, message.body() + b"\0")
    with pytest.raises(PeerError, match="not for groups"):
        decode(*encode(Group(bytes(16), bytes(32), Nothing())))


@pytest.mark.parametrize("number", [2, 9])
def test_other_versions_are_refused_by_name(number: int) -> None:
    statement = b"WSP%d" % number + bytes(67)
    with pytest.raises(UnknownVersionError, match=rf"{number}.* 1 alone") as refused:
        split_statements(statement)
    assert (refused.value.got, refused.value.known) == (number, 1)
    with pytest.raises(UnknownVersionError):
        parse_statement_qr(f"W{number}:" + base45_encode(statement))


def roster(
    client: Client, epoch: int, prev: bytes, *, group: bytes = b"g" * 16, admin: bool = True
) -> Roster:
    return Roster.issue(
        client.device.signing,
        client.cert,
        group_id=group,
        epoch=epoch,
        prev=prev,
        issued=NOW,
        title="",
        members=[Member(client.cert.account_key, client.cert.device_id, admin)],
    )


def test_rosters_follow_each_other_by_an_admins_hand() -> None:
    alice = Client("alice")
    strangers = one_below_and_one_above(
        alice.cert.device_id, lambda: Client("bob"), lambda client: client.cert.device_id
    )
    first = roster(alice, 1, bytes(32))
    first.check_first()
    second = roster(alice, 2, first.digest)
    second.check_after(first)
    later = roster(alice, 1000, bytes(32))
    roster(alice, 1001, later.digest).check_after(later)
    for wrong in (
        second,
        roster(alice, 0, bytes(32)),
        roster(alice, 2, bytes(32)),
        roster(alice, 1, bytes(32), admin=False),
        roster(alice, 1, b"1" * 32),
    ):
        with pytest.raises(PeerError, match="cannot begin"):
            wrong.check_first()
    for wrong in (
        first,
        roster(alice, 3, first.digest),
        roster(alice, 2, first.digest, group=b"f" * 16),
        roster(alice, 2, first.digest, group=b"h" * 16),
    ):
        with pytest.raises(PeerError, match="not the next"):
            wrong.check_after(first)
    for wrong in (
        roster(alice, 2, bytes(32)),
        roster(alice, 2, b"\xff" * 32),
        *(roster(bob, 2, first.digest) for bob in strangers),
    ):
        with pytest.raises(PeerError, match="does not follow"):
            wrong.check_after(first)


def test_a_renewed_certificate_keeps_keys_and_flags() -> None:
    alice, bob = Client("alice"), Client("bob")
    issued = day(NOW) + 86_400
    times = {"issued": issued, "expires": issued + CERT_LIFE_S, "epoch": 2}
    new = DeviceCert.certify(alice.account, alice.cert.renewal(alice.device, **times))
    assert (new.device_id, new.flags, new.epoch) == (alice.cert.device_id, alice.cert.flags, 2)
    with pytest.raises(PeerError):
        DeviceCert.certify(alice.account, alice.cert.renewal(bob.device, **times))


def test_a_renewal_asks_for_new_dates_and_nothing_else() -> None:
    alice, bob = Client("alice"), Client("bob")
    manifest = Manifest.issue(alice.account, (alice.cert,), epoch=1, issued=day(NOW))
    times = {"issued": day(NOW), "expires": day(NOW) + CERT_LIFE_S}
    asked = alice.cert.renewal(alice.device, **times, epoch=2)
    Renew(asked).check(alice.cert, manifest)
    for wrong in (
        alice.cert.renewal(alice.device, **times, epoch=1),
        alice.cert.renewal(alice.device, **times, epoch=3),
        bob.cert.renewal(bob.device, **times, epoch=2),
        changed(asked, 0),
        changed(asked, 32),
        changed(asked, 64),
        changed(asked, 116),
    ):
        with pytest.raises(PeerError, match="more than new dates"):
            Renew(wrong).check(alice.cert, manifest)
    last = Manifest.issue(alice.account, (alice.cert,), epoch=2**32 - 1, issued=day(NOW))
    with pytest.raises(PeerError, match="more than new dates"):
        Renew(asked).check(alice.cert, last)


def test_steps_of_an_enrollment_have_their_turns() -> None:
    old, new = enrolling(Client("alice"))
    for step in (
        lambda: offer(old, CertFlags.CAN_REVOKE),
        lambda: old.read_proof(b""),
        lambda: new.open(b"", NOW),
    ):
        with pytest.raises(ValueError, match="comes"):
            step()
    new.close()
    with pytest.raises(ValueError, match="over"):
        new.write()
    with pytest.raises(PeerError):
        old.read(bytes(2048), NOW + 241)

"""One's own devices meet: news, contacts, renewals, and one that never met the other."""

from functools import partial

import pytest

from tests.fakes.patience import until
from tests.session.nodes import Person, talk
from tests.session.town import Town, enroll
from whisp_desktop.protocol.certificates import DAY_S, DeviceCert
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.events import ContactsOffered, Notice


async def devices(who: Person) -> tuple[answers.DeviceEntry, ...]:
    return await who.node.do(device_commands.GetDevices())


async def device_id(who: Person) -> str:
    return (await devices(who))[0].device_id


async def contacts(who: Person) -> dict[str, bool]:
    entries = await who.node.do(commands.GetContacts())
    return {entry.petname: entry.verified for entry in entries}


def knows(who: Person, device: bytes) -> bool:
    """Whether somebody has the certificate of another own device."""
    devices = who.node._own.book.devices
    return device in devices and bool(devices[device].cert)


async def notice(who: Person, code: str) -> Notice:
    while True:
        event = await who.hear(Notice)
        if event.code == code:
            return event


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Announce at once what is new: this server counts nothing."""
    monkeypatch.setattr("whisp_desktop.session.circle._BETWEEN_MEETINGS_S", 0.2)
    monkeypatch.setattr("whisp_desktop.session.siblings._PATIENCE_S", 1.0)


async def test_contacts_go_over_after_a_yes_on_both(town: Town) -> None:
    alice, bob, laptop = await town.people("alice", "bob", "laptop")
    for each in (alice, bob):
        await each.register()
    await talk(bob, alice)
    safety = await alice.node.do(commands.GetSafety(bob.name))
    await alice.node.do(commands.Verify(bob.name, safety.safety_number))
    await enroll(alice, laptop)
    offers = [(each, (await each.hear(ContactsOffered)).device_id) for each in (alice, laptop)]
    assert await contacts(laptop) == {}
    for each, other in offers:
        await each.node.do(device_commands.ShareContacts(other, agreed=True))
    await until(lambda: laptop.node._own.book.contacts.named(bob.name) is not None)
    assert await contacts(laptop) == {bob.name: True}


async def test_no_contact_goes_over_without_a_yes(town: Town) -> None:
    alice, bob, laptop = await town.people("alice", "bob", "laptop")
    for each in (alice, bob):
        await each.register()
    await talk(bob, alice)
    await enroll(alice, laptop)
    offer = await alice.hear(ContactsOffered)
    await alice.node.do(device_commands.ShareContacts(offer.device_id, agreed=True))
    other = await laptop.hear(ContactsOffered)
    family = laptop.node._attendance._family
    await until(lambda: family._offered)
    assert await contacts(laptop) == {}
    await laptop.node.do(device_commands.ShareContacts(other.device_id, agreed=False))
    assert await contacts(laptop) == {}


async def test_every_device_hears_that_one_was_added_and_knows_it(town: Town) -> None:
    alice, laptop, third = await town.people("alice", "laptop", "third")
    await alice.register()
    await enroll(alice, laptop)
    await laptop.hear(ContactsOffered)
    await enroll(alice, third)
    await notice(laptop, "device_added")
    new = await device_id(third)
    await until(lambda: bytes.fromhex(new) in laptop.node._own.book.devices)
    await until(lambda: laptop.node._own.book.devices[bytes.fromhex(new)].cert)
    assert len(await devices(laptop)) == 3


async def test_devices_that_never_met_find_each_other(town: Town) -> None:
    alice, laptop, third = await town.people("alice", "laptop", "third")
    await alice.register()
    await enroll(alice, laptop)
    await enroll(alice, third)
    one, other = bytes.fromhex(await device_id(laptop)), bytes.fromhex(await device_id(third))
    for each, theirs in ((laptop, other), (third, one)):
        await until(partial(knows, each, theirs))
    await alice.node.close()
    told = laptop.node._attendance._family._told
    await until(lambda: other in told)
    told_too = third.node._attendance._family._told
    await until(lambda: one in told_too)


async def test_a_device_is_renewed_by_one_that_did_not_enroll_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, holder, laptop = await town.people("alice", "holder", "laptop")
    await alice.register()
    await enroll(alice, holder, holds=True)
    await enroll(alice, laptop)
    other = bytes.fromhex(await device_id(holder))
    this = bytes.fromhex(await device_id(laptop))
    for each, theirs in ((laptop, other), (holder, this)):
        await until(partial(knows, each, theirs))
    await alice.node.close()
    desk = laptop.node._attendance._desk
    before = desk.papers.cert
    for room in ("account", "family"):
        monkeypatch.setattr(f"whisp_desktop.session.{room}.RENEW_S", 90 * DAY_S)
    laptop.node._attendance._siblings.look()
    await until(lambda: desk.papers.cert.epoch > before.epoch)
    after: DeviceCert = desk.papers.cert
    assert (after.device_id, after.flags) == (before.device_id, before.flags)
    assert desk.papers.manifest.lists(after)
    await until(lambda: holder.node._attendance._desk.papers.manifest == desk.papers.manifest)


@pytest.mark.parametrize("state", ["invisible"])
async def test_own_devices_meet_though_nobody_may_see_them(town: Town, state: str) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    for each in (alice, laptop):
        book = each.node._own.book
        book.settings = type(book.settings)(presence=state)
    await enroll(alice, laptop)
    await laptop.hear(ContactsOffered)

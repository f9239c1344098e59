"""groups.json: rosters from their fields, one after the other, and those that must be refused."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.device import Device, device_of
from tests.vectors.document import Fields, the_object
from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.roster import Member, Roster


def _device(group: Fields, place: int) -> Device:
    members = group["members"]
    if not 1 <= place <= len(members):
        raise AssertionError("there is no such member")
    return device_of(members[place - 1])


def _member(group: Fields, entry: Fields) -> Member:
    cert = _device(group, entry.number("member")).cert
    return Member(cert.account_key, cert.device_id, entry["admin"])


def _parse(group: Fields, entry: Fields, whole: bytes) -> Roster:
    return Roster.parse(whole, _device(group, entry.number("signer")).cert)


def _check_roster(group: Fields, number: int) -> None:
    entry = group["rosters"][number]
    signer = _device(group, entry.number("signer"))
    [group_id], [prev, whole, digest] = group.hex("group_id"), entry.hex("prev", "whole", "digest")
    made = Roster.issue(
        signer.keys.signing,
        signer.cert,
        group_id=group_id,
        epoch=entry.number("epoch"),
        prev=prev,
        issued=entry.number("issued"),
        title=entry["title"],
        members=[_member(group, one) for one in entry.items_of("listed")],
    )
    same((made.whole, made.digest, made.prev), (whole, digest, prev))
    same(_parse(group, entry, whole), made)
    if number == 0:
        made.check_first()
    else:
        before = group["rosters"][number - 1]
        made.check_after(_parse(group, before, before.bytes_of("whole")))


def _check_member(group: Fields, number: int) -> None:
    _device(group, number)


def _check_refused(group: Fields, entry: Fields) -> None:
    refuses(partial(_parse, group, entry), entry.bytes_of("whole"))


def _check_refused_first(group: Fields, entry: Fields) -> None:
    roster = _parse(group, entry, entry.bytes_of("whole"))
    refuses(Roster.check_first, roster)


def _check_refused_second(group: Fields, entry: Fields) -> None:
    first = group["rosters"][0]
    before = _parse(group, first, first.bytes_of("whole"))
    roster = _parse(group, entry, entry.bytes_of("whole"))
    refuses(roster.check_after, before)


_REFUSED = {
    "refused": _check_refused,
    "refused_first": _check_refused_first,
    "refused_second": _check_refused_second,
}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    group = the_object(document)
    for number in range(1, len(group.items_of("members")) + 1):
        yield f"member {number}", partial(_check_member, group, number)
    for number in range(len(group.items_of("rosters"))):
        yield f"roster {number + 1}", partial(_check_roster, group, number)
    for part, check in _REFUSED.items():
        for entry in group.items_of(part):
            yield f"{part}: {entry.get('why')}", partial(check, group, entry)


CHECKS = {"groups.json": _entries}

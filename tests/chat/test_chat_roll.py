"""Who is here, from what a server says of the watched ids."""

from whisp_desktop.chat.presence import Watched
from whisp_desktop.chat.roll import Roll, Whereabouts, WhereaboutsChanged
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId

BOB, CAROL = AccountKeyBytes(b"bob"), AccountKeyBytes(b"carol")
WATCHED = {
    b"desk": Watched(BOB, DeviceId(b"desk")),
    b"lap": Watched(BOB, DeviceId(b"lap")),
    b"carol": Watched(CAROL, DeviceId(b"carol")),
}
GONE, HERE, AWAY = 0, 1, 2


def watching() -> Roll:
    roll = Roll()
    assert roll.watch(WATCHED) == []
    return roll


def bob(whereabouts: Whereabouts) -> WhereaboutsChanged:
    return WhereaboutsChanged(BOB, whereabouts)


def test_coming_and_going_is_told_once() -> None:
    roll = watching()
    assert roll.where(BOB) is Whereabouts.OFFLINE
    assert roll.seen([(b"desk", HERE)]) == [bob(Whereabouts.ONLINE)]
    assert roll.seen([(b"desk", HERE)]) == []
    assert roll.where(BOB) is Whereabouts.ONLINE
    assert roll.seen([(b"desk", AWAY)]) == [bob(Whereabouts.AWAY)]
    assert roll.seen([(b"desk", GONE)]) == [bob(Whereabouts.OFFLINE)]
    assert roll.seen([(b"desk", GONE)]) == []


def test_a_contact_is_where_the_best_of_the_devices_is() -> None:
    roll = watching()
    assert roll.seen([(b"desk", HERE), (b"lap", AWAY)]) == [bob(Whereabouts.ONLINE)]
    assert roll.seen([(b"desk", GONE)]) == [bob(Whereabouts.AWAY)]
    assert roll.seen([(b"desk", HERE)]) == [bob(Whereabouts.ONLINE)]
    assert roll.devices(BOB) == [b"lap", b"desk"]
    assert roll.devices(CAROL) == []


def test_several_contacts_change_at_once() -> None:
    changes = watching().seen([(b"desk", HERE), (b"carol", AWAY)])
    assert changes == [
        bob(Whereabouts.ONLINE),
        WhereaboutsChanged(CAROL, Whereabouts.AWAY),
    ]


def test_ids_and_states_that_are_not_asked_for_are_ignored() -> None:
    roll = watching()
    assert roll.seen([(b"nobody", HERE), (b"desk", 3)]) == []


def test_at_a_new_window_those_that_stay_still_count() -> None:
    roll = watching()
    roll.seen([(b"desk", HERE), (b"carol", HERE)])
    assert roll.watch({b"desk": WATCHED[b"desk"]}) == [
        WhereaboutsChanged(CAROL, Whereabouts.OFFLINE)
    ]
    assert roll.where(BOB) is Whereabouts.ONLINE


def test_an_id_that_changes_with_the_window_shows_nobody_leaving() -> None:
    roll = watching()
    roll.seen([(b"desk", HERE)])
    assert roll.seen([(b"desk", GONE), (b"lap", HERE)]) == []


def test_with_the_server_lost_nothing_is_known() -> None:
    roll = watching()
    roll.seen([(b"desk", HERE)])
    assert roll.lose() == [bob(Whereabouts.OFFLINE)]
    assert roll.devices(BOB) == []
    assert roll.seen([(b"desk", HERE)]) == [bob(Whereabouts.ONLINE)]

"""However a link is cut, two devices still share a key to find each other by."""

from hypothesis import given, settings
from hypothesis import strategies as st

from whisp_desktop.chat.pair_keys import PairKeys
from whisp_desktop.protocol.keys import Secret


def key(number: int) -> Secret:
    return Secret(bytes([number] * 32))


def kept(keys: PairKeys) -> list[tuple[int, bool]]:
    return [(each.key.data[0], each.confirmed) for each in keys.kept]


def test_a_confirmed_key_replaces_all_older_ones() -> None:
    keys, first, second = PairKeys(), key(1), key(2)
    keys.keep(first, confirmed=False)
    keys.keep(second, confirmed=False)
    keys.keep(key(3), confirmed=True)
    assert kept(keys) == [(3, True)]
    assert first.closed
    assert second.closed


def test_newer_ones_are_kept_beside_the_newest_confirmed() -> None:
    keys = PairKeys()
    for number in (1, 2, 3):
        keys.keep(key(number), confirmed=False)
    keys.confirm(key(2))
    assert kept(keys) == [(2, True), (3, False)]


def test_confirming_what_is_not_kept_changes_nothing() -> None:
    keys = PairKeys()
    keys.keep(key(1), confirmed=False)
    keys.confirm(key(9))
    assert kept(keys) == [(1, False)]


def test_of_more_than_eight_the_oldest_unconfirmed_goes() -> None:
    keys = PairKeys()
    keys.keep(key(1), confirmed=True)
    for number in range(2, 10):
        keys.keep(key(number), confirmed=False)
    assert kept(keys) == [(1, True), *((number, False) for number in range(3, 10))]


def test_without_a_confirmed_one_the_oldest_goes() -> None:
    keys, oldest = PairKeys(), key(1)
    keys.keep(oldest, confirmed=False)
    for number in range(2, 10):
        keys.keep(key(number), confirmed=False)
    assert kept(keys) == [(number, False) for number in range(2, 10)]
    assert oldest.closed


def test_close_wipes_all() -> None:
    keys, one = PairKeys(), key(1)
    keys.keep(one, confirmed=False)
    keys.close()
    assert one.closed
    assert keys.kept == []


class Device:
    """One end of a pair."""

    def __init__(self) -> None:
        self.keys = PairKeys()
        self.keys.keep(key(255), confirmed=True)

    def numbers(self) -> set[int]:
        return {number for number, _ in kept(self.keys)}


def meet(asker: Device, asked: Device, number: int, reached: int) -> None:
    """A session of the asker's: 1 its first frame opened, 2 theirs too, 3 its second turn too."""
    if reached >= 1:
        asked.keys.keep(key(number), confirmed=False)
    if reached >= 2:
        asker.keys.keep(key(number), confirmed=True)
    if reached >= 3:
        asked.keys.confirm(key(number))


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=40))
def test_histories_of_cut_links_lose_nobody(sessions: list[tuple[bool, int]]) -> None:
    """Either asks, each session is cut anywhere, but of eight in a row one is whole."""
    one, other = Device(), Device()
    cut = 0
    for number, (one_asks, wanted) in enumerate(sessions):
        reached = 3 if cut == 7 else wanted
        cut = 0 if reached == 3 else cut + 1
        asker, asked = (one, other) if one_asks else (other, one)
        meet(asker, asked, number, reached)
        assert one.numbers() & other.numbers()


def test_a_ninth_cut_may_lose_somebody() -> None:
    """The bound is real: the histories above would find it broken."""
    one, other = Device(), Device()
    meet(one, other, 0, reached=2)
    for number in range(1, 9):
        meet(one, other, number, reached=1)
    assert not one.numbers() & other.numbers()

"""Three wrong guesses a window, ten in a row; runs side by side count."""

import pytest

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.guesses import CLOSED_S, MOST_IN_ROW, PROOF_S, Guesses


def test_three_in_a_window_and_three_in_the_next() -> None:
    guesses = Guesses()
    for window in (7, 8, 7, 8, 8, 7):
        guesses.begin(window, 0)
    for window in (7, 8):
        with pytest.raises(PeerError, match="too often"):
            guesses.begin(window, 0)
    guesses.begin(9, 0)


def test_a_right_code_is_no_guess_if_its_proof_is_in_time() -> None:
    guesses = Guesses()
    for now in range(20):
        guesses.right(guesses.begin(1, now), now + PROOF_S)
    late = guesses.begin(1, 100)
    with pytest.raises(PeerError, match="too late"):
        guesses.right(late, 101 + PROOF_S)
    guesses.begin(1, 200)
    guesses.begin(1, 200)
    with pytest.raises(PeerError, match="too often"):
        guesses.begin(1, 200)


def ten_in_a_row(guesses: Guesses) -> list[int]:
    return [guesses.begin(place // 3, place) for place in range(MOST_IN_ROW)]


def test_ten_in_a_row_close_the_door_for_an_hour() -> None:
    guesses = Guesses()
    ten_in_a_row(guesses)
    for now in (MOST_IN_ROW, CLOSED_S + MOST_IN_ROW - 2):
        with pytest.raises(PeerError, match="closed"):
            guesses.begin(4, now)
    for place in range(MOST_IN_ROW):
        guesses.begin(50 + place // 3, CLOSED_S + MOST_IN_ROW - 1)
    with pytest.raises(PeerError, match="closed"):
        guesses.begin(60, CLOSED_S + MOST_IN_ROW)


def test_a_right_code_ends_the_row_before_it_and_not_after_it() -> None:
    guesses = Guesses()
    runs = ten_in_a_row(guesses)
    guesses.right(runs[4], 10)
    for window in (10, 10, 10, 11, 11):
        guesses.begin(window, 10)
    with pytest.raises(PeerError, match="closed"):
        guesses.begin(11, 10)


def test_the_tenth_run_may_still_be_right() -> None:
    guesses = Guesses()
    guesses.right(ten_in_a_row(guesses)[-1], 10)
    guesses.begin(4, 10)


def test_what_is_remembered_is_bounded() -> None:
    guesses = Guesses()
    for now in range(10_000):
        guesses.right(guesses.begin(now, now), now)
    assert len(guesses._begun) <= 2
    assert len(guesses._in_window) <= 2
    with pytest.raises(PeerError, match="too late"):
        guesses.right(1, 1)

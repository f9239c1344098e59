"""Due times: ticks, and answers in the order of arrival."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from whisp_desktop.server.timing import PAKE_DELAY_S, STRANGER_DELAY_S, TICK_S, DueTimes, due_at


class Clockwork:
    """Timers that ring when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rings: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object]) -> object:
        self.rings.append((when, callback))
        return None


@given(st.floats(0, 1e7), st.sampled_from([STRANGER_DELAY_S, PAKE_DELAY_S]))
def test_an_answer_is_due_on_the_first_tick_after_its_delay(arrival: float, delay: float) -> None:
    due = due_at(arrival, delay)
    assert arrival + delay - 1e-4 <= due <= arrival + delay + TICK_S + 1e-4
    assert abs(due / TICK_S - round(due / TICK_S)) < 1e-3


def test_ticks_and_delays_are_those_of_the_page() -> None:
    assert (TICK_S, STRANGER_DELAY_S, PAKE_DELAY_S) == (0.05, 0.3, 2.0)
    assert round(due_at(10.0, 0.3), 6) == 10.3
    assert round(due_at(10.001, 0.3), 6) == 10.35


def test_one_timer_a_tick_and_answers_in_the_order_of_arrival() -> None:
    clockwork = Clockwork()
    due_times = DueTimes(clockwork)
    left: list[int] = []
    for number, arrival in enumerate((1.001, 1.04, 1.02, 1.06)):
        due_times.answer(arrival, 0.3, lambda number=number: left.append(number))
    assert [round(when, 6) for when, _ in clockwork.rings] == [1.35, 1.4]
    clockwork.rings[0][1]()
    assert left == [0, 1, 2]
    clockwork.rings[1][1]()
    assert left == [0, 1, 2, 3]
    due_times.answer(1.001, 0.3, lambda: left.append(4))
    assert len(clockwork.rings) == 3

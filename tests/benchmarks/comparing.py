"""Ways to do the same thing, measured turn and turn about in one process."""

import time
from collections.abc import Callable

from tests.benchmarks.measuring import compare

_ROUNDS = 41

Message = Callable[[], object]


def nothing() -> None:
    """Do nothing."""


def _cpu_us(message: Message, count: int) -> float:
    start = time.process_time_ns()
    for _ in range(count):
        message()
    return (time.process_time_ns() - start) / count / 1000


def compare_cpu(
    title: str, count: int, rivals: dict[str, Message], before: Message = nothing
) -> None:
    """Print the CPU time of each, with spread; `before` is done, unmeasured, before each round."""
    rounds: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(_ROUNDS):
        before()
        for name, message in rivals.items():
            rounds[name].append(_cpu_us(message, count))
    compare(title, rounds, "µs")

"""T18: what a stranger gets for absent, offline and invisible differs in nothing, time neither.

Bytes and due ticks are compared exactly, on a clock of the test's own, in test_server_sockets.
Here the real clock runs: samples of the kinds are interleaved, their number is fixed, and the
bound is on a rank statistic, which a slow machine moves for all kinds alike.
"""

import asyncio
import itertools
import random
import time

import pytest
from server_caller import Caller, Line, bundles

from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.server_messages import (
    ByName,
    LookUpName,
    Publish,
    Unreachable,
)

SAMPLES = 40
WIDEST_Z = 4.5


def z_of_rank_sum(one: list[float], other: list[float]) -> float:
    """The Mann-Whitney statistic of two samples of one size, in standard deviations."""
    order = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    rank_sum = sum(rank for rank, (_, which) in enumerate(order, 1) if which == 0)
    n = len(one)
    mean, variance = n * (2 * n + 1) / 2, n * n * (2 * n + 1) / 12
    return float(abs(rank_sum - mean) / variance**0.5)


def test_the_statistic_finds_a_difference() -> None:
    randomness = random.Random(1)
    same = [[randomness.gauss(0.3, 0.02) for _ in range(SAMPLES)] for _ in range(2)]
    later = [value + 0.05 for value in same[1]]
    assert z_of_rank_sum(*same) < WIDEST_Z
    assert z_of_rank_sum(same[0], later) > WIDEST_Z


@pytest.mark.slow
async def test_absent_offline_and_invisible_take_one_time(caller: Caller) -> None:
    offline, line = await caller.joined("offline_one")
    await line.close()
    invisible, line = await caller.joined("invisible_one")
    await line.ask(
        Publish,
        by_name=ByName.NOBODY,
        stranger_bundles=bundles(invisible, 2),
        contact_bundles=[],
    )
    names = ("absent_one", offline.name, invisible.name)
    askers = [(await caller.joined(f"curious_{number}"))[1] for number in range(len(names))]
    took_s: dict[str, list[float]] = {name: [] for name in names}

    async def ask(asking: Line, name: str) -> None:
        work = await caller.frame_work(sha256(name.encode()))
        began = time.perf_counter()
        answer = await asking.ask(LookUpName, name=name, work=work)
        took_s[name].append(time.perf_counter() - began)
        assert isinstance(answer, Unreachable)

    for _ in range(SAMPLES):
        order = random.sample(names, len(names))
        await asyncio.gather(*map(ask, askers, order))
    for one, other in itertools.combinations(took_s.values(), 2):
        assert z_of_rank_sum(one, other) < WIDEST_Z
    assert all(min(sample) > 0.29 for sample in took_s.values())

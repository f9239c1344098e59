"""The token buckets and the load, on a clock of the test's own."""

import pytest

from whisp_desktop.server.limits import (
    MOST_BYTES_QUEUED,
    MOST_FRAMES_QUEUED,
    MOST_REQUESTS_IN_FLIGHT,
    MOST_SOCKETS,
    MOST_SOCKETS_OF_A_PREFIX,
    MOST_SPENT_SALTS,
    Buckets,
    Limit,
    Rate,
    WorkLoad,
)

TABLE = {
    "REST": (5, 40),
    "NEWCOMERS": (6 / 3600, 10),
    "FRAMES": (20, 100),
    "LOOK_UPS": (6 / 60, 10),
    "KNOCKS": (10 / 60, 10),
    "PAKE_RUNS": (5 / 60, 5),
    "MAILBOXES": (6 / 60, 6),
    "TURN": (6 / 60, 6),
    "WAKES": (6 / 60, 6),
    "WATCHES": (10 / 60, 10),
    "ANNOUNCEMENTS": (10 / 60, 10),
    "STRANGERS_AT_ACCOUNT": (6 / 60, 6),
    "PAKE_RUNS_AT_NAME": (6 / 60, 6),
    "WAKES_OF_DEVICE": (1 / 60, 1),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_rate_is_that_of_the_table(name: str) -> None:
    rate: Rate = getattr(Limit, name)
    per_second, burst = TABLE[name]
    assert 1 / rate.interval_s == pytest.approx(per_second)
    assert rate.burst == burst


def test_the_bounds_of_memory_are_those_of_the_table() -> None:
    assert (MOST_FRAMES_QUEUED, MOST_BYTES_QUEUED) == (128, 512 * 1024)
    assert MOST_REQUESTS_IN_FLIGHT == 32
    assert (MOST_SOCKETS, MOST_SPENT_SALTS) == (20_000, 200_000)
    assert MOST_SOCKETS_OF_A_PREFIX == 256


@pytest.mark.parametrize("name", TABLE)
def test_a_bucket_gives_its_burst_and_then_one_an_interval(name: str) -> None:
    rate: Rate = getattr(Limit, name)
    buckets, now = Buckets(on=True), 1000.0
    assert [buckets.take(rate, b"k", now) for _ in range(rate.burst)] == [0.0] * rate.burst
    wait_s = buckets.take(rate, b"k", now)
    assert wait_s == pytest.approx(rate.interval_s)
    assert buckets.take(rate, b"k", now + wait_s * 0.99) > 0
    assert buckets.take(rate, b"k", now + wait_s) == 0
    assert buckets.take(rate, b"k", now + wait_s) > 0


def test_keys_and_rates_of_equal_measures_do_not_share_a_bucket() -> None:
    buckets = Buckets(on=True)
    for _ in range(Limit.WATCHES.burst):
        buckets.take(Limit.WATCHES, b"k", 0.0)
    assert buckets.take(Limit.WATCHES, b"k", 0.0) > 0
    assert buckets.take(Limit.WATCHES, b"other", 0.0) == 0
    assert buckets.take(Limit.ANNOUNCEMENTS, b"k", 0.0) == 0


def test_an_empty_bucket_is_seen_without_taking() -> None:
    buckets = Buckets(on=True)
    for _ in range(6):
        assert not buckets.is_empty(Limit.STRANGERS_AT_ACCOUNT, b"k", 0.0)
        buckets.take(Limit.STRANGERS_AT_ACCOUNT, b"k", 0.0)
    assert buckets.is_empty(Limit.STRANGERS_AT_ACCOUNT, b"k", 0.0)
    assert not buckets.is_empty(Limit.STRANGERS_AT_ACCOUNT, b"k", 10.0)


def test_newcomers_sink_the_bucket_below_zero() -> None:
    buckets = Buckets(on=True)
    missing = []
    for _ in range(14):
        buckets.sink(Limit.NEWCOMERS, b"prefix", 0.0)
        missing.append(buckets.missing(Limit.NEWCOMERS, b"prefix", 0.001))
    assert missing == [0] * 10 + [1, 2, 3, 4]
    assert buckets.missing(Limit.NEWCOMERS, b"prefix", 601.0) == 3


def test_without_limits_every_bucket_is_bottomless() -> None:
    buckets = Buckets(on=False)
    for _ in range(200):
        assert buckets.take(Limit.FRAMES, b"k", 0.0) == 0
        buckets.sink(Limit.NEWCOMERS, b"k", 0.0)
    assert not buckets.is_empty(Limit.FRAMES, b"k", 0.0)
    assert buckets.missing(Limit.NEWCOMERS, b"k", 0.0) == 0
    assert len(buckets) == 0


def test_full_buckets_are_forgotten() -> None:
    buckets = Buckets(on=True)
    buckets.take(Limit.FRAMES, b"k", 0.0)
    buckets.take(Limit.KNOCKS, b"k", 0.0)
    buckets.forget_full(1.0)
    assert len(buckets) == 1


@pytest.mark.parametrize(
    ("count", "bits"), [(600, 0), (1199, 0), (1200, 1), (2399, 1), (2400, 2), (9600, 4), (40000, 4)]
)
def test_load_adds_a_bit_for_each_full_doubling(count: int, bits: int) -> None:
    load = WorkLoad()
    for number in range(count):
        load.count(1000 + number % 50)
    assert load.bits(1050) == bits
    assert load.bits(1110) == 0

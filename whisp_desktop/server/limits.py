"""Every limit of a server, in one table, and the token buckets that keep them."""

import math
from dataclasses import dataclass
from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_GUEST_LIFE_S: Final = 900
_ROUNDING: Final = 1e-6

MOST_FRAMES_QUEUED: Final = 128
MOST_BYTES_QUEUED: Final = 512 * 1024
MOST_REQUESTS_IN_FLIGHT: Final = 32
MOST_SOCKETS: Final = 20_000
MOST_SOCKETS_OF_A_PREFIX: Final = 256
MOST_SPENT_SALTS: Final = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """A token bucket's measures: it holds `burst`, and one more comes every `interval_s`.

    Two of the same measures are two rates: each has its own buckets.
    """

    interval_s: float
    burst: int


class Limit:
    """What is counted, each by its own key: a network prefix, a device, or a target."""

    REST: Final = Rate(1 / 5, 40)
    NEWCOMERS: Final = Rate(_HOUR_S / 6, 10)

    FRAMES: Final = Rate(1 / 20, 100)
    LOOK_UPS: Final = Rate(_MINUTE_S / 6, 10)
    KNOCKS: Final = Rate(_MINUTE_S / 10, 10)
    PAKE_RUNS: Final = Rate(_MINUTE_S / 5, 5)
    MAILBOXES: Final = Rate(_MINUTE_S / 6, 6)
    GUESTS_BOXES: Final = Rate(_GUEST_LIFE_S, 1)
    TURN: Final = Rate(_MINUTE_S / 6, 6)
    WAKES: Final = Rate(_MINUTE_S / 6, 6)
    WATCHES: Final = Rate(_MINUTE_S / 10, 10)
    ANNOUNCEMENTS: Final = Rate(_MINUTE_S / 10, 10)

    STRANGERS_AT_ACCOUNT: Final = Rate(_MINUTE_S / 6, 6)
    PAKE_RUNS_AT_NAME: Final = Rate(_MINUTE_S / 6, 6)
    WAKES_OF_DEVICE: Final = Rate(_MINUTE_S, 1)


class Buckets:
    """The token buckets of a node; with `on` false each of them is bottomless.

    A bucket is one number: the instant at which it will be full again (GCRA). A full one is not
    kept. Instants are seconds of a monotonic clock.
    """

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._full_at: dict[tuple[Rate, bytes], float] = {}

    def take(self, rate: Rate, key: bytes, now: float) -> float:
        """Take one token; return 0, or the seconds until there is one and take nothing."""
        if not self.on:
            return 0.0
        full_at = max(self._full_at.get((rate, key), now), now) + rate.interval_s
        wait_s = full_at - now - rate.interval_s * rate.burst
        if wait_s > rate.interval_s * _ROUNDING:
            return wait_s
        self._full_at[rate, key] = full_at
        return 0.0

    def sink(self, rate: Rate, key: bytes, now: float) -> None:
        """Take one token, whether there is one or not."""
        if self.on:
            full_at = max(self._full_at.get((rate, key), now), now)
            self._full_at[rate, key] = full_at + rate.interval_s

    def is_empty(self, rate: Rate, key: bytes, now: float) -> bool:
        """Tell whether there is no token now; takes none."""
        until_full_s = self._full_at.get((rate, key), now) - now
        return self.on and until_full_s > rate.interval_s * (rate.burst - 1 + _ROUNDING)

    def missing(self, rate: Rate, key: bytes, now: float) -> int:
        """Return how many tokens, begun ones too, a sunken bucket lies below zero."""
        below_s = self._full_at.get((rate, key), now) - now - rate.interval_s * rate.burst
        return max(0, math.ceil(below_s / rate.interval_s - _ROUNDING))

    def forget_full(self, now: float) -> None:
        """Drop what says no more than an absent bucket does."""
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}

    def __len__(self) -> int:
        return len(self._full_at)


class WorkLoad:
    """How many requests with work came in the last minute: the more, the harder the next."""

    CALM: Final = 600
    MOST_BITS: Final = 4

    def __init__(self) -> None:
        self._seconds: dict[int, int] = {}

    def count(self, now: float) -> None:
        """Count one request with work."""
        second = int(now)
        self._seconds[second] = self._seconds.get(second, 0) + 1

    def bits(self, now: float) -> int:
        """Return one bit for each full doubling above `CALM` in the last minute, at most four."""
        since = int(now) - _MINUTE_S
        self._seconds = {second: n for second, n in self._seconds.items() if second > since}
        doublings = (sum(self._seconds.values()) // self.CALM).bit_length() - 1
        return max(0, min(doublings, self.MOST_BITS))

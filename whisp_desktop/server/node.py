"""One running server: everything that its rooms share."""

import secrets
from collections.abc import Sequence
from math import ceil
from typing import Final

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import Random
from whisp_desktop.protocol.proof_of_work import MOST_BITS
from whisp_desktop.protocol.server_messages import Work
from whisp_desktop.server.addresses import Prefixes
from whisp_desktop.server.challenges import Challenges
from whisp_desktop.server.clock import Clock
from whisp_desktop.server.directory import Directory
from whisp_desktop.server.limits import Buckets, Limit, Rate
from whisp_desktop.server.presence.memory import MemoryPresence
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.records import Registered
from whisp_desktop.server.settings import Settings
from whisp_desktop.server.switchboard import Switchboard
from whisp_desktop.server.timing import DueTimes, Timers
from whisp_desktop.server.tokens import Tokens

_LOOPBACK_BITS: Final = 2
_BITS_A_DIGIT: Final = 3
_SECRET_BYTES: Final = 32


class Node:
    """What the calls and the sockets of one server act upon."""

    def __init__(
        self,
        settings: Settings,
        hosts: Sequence[str],
        directory: Directory,
        clock: Clock,
        timers: Timers,
    ) -> None:
        self.settings = settings
        self.hosts = tuple(hosts)
        self.directory = directory
        self.clock = clock
        self.draining = False
        self.random: Random = secrets.token_bytes
        random = self.random
        # A developer's server that was given no secrets makes them up: they end with it.
        server_secret = settings.server_secret.get_secret_value().encode()
        jwt_secrets = settings.jwt_secrets or (secrets.token_hex(_SECRET_BYTES),)
        presence = MemoryPresence()
        self.buckets = Buckets(on=settings.limits_on)
        self.challenges = Challenges(
            server_secret or random(_SECRET_BYTES), self.hosts, presence, random
        )
        self.tokens = Tokens(self.hosts[0], jwt_secrets)
        self.prefixes = Prefixes(random, clock.instant())
        self.switchboard = Switchboard(presence, self.buckets, random)
        self.due_times = DueTimes(timers)

    def ends_soon(self) -> bool:
        """Tell whether the server drains: nobody new is let in."""
        return self.draining

    def bits(self, prefix: bytes | None) -> int:
        """Return how hard a challenge to this prefix is now (None: loopback)."""
        bits = self.settings.pow_bits
        if not self.settings.limits_on:
            return bits
        bits += self.challenges.load.bits(self.clock.unix())
        if prefix is None:
            bits += _LOOPBACK_BITS
        else:
            missing = self.buckets.missing(Limit.NEWCOMERS, prefix, self.clock.instant())
            bits += _BITS_A_DIGIT * missing.bit_length()
        return min(bits, MOST_BITS)

    def count_newcomer(self, prefix: bytes | None) -> None:
        """Count a new account, device or guest against the prefix that it came from."""
        if prefix is not None:
            self.buckets.sink(Limit.NEWCOMERS, prefix, self.clock.instant())

    def take(self, limit: Rate, key: bytes) -> None:
        """Take a token of a limit. ProblemError `slow_down` if there is none."""
        wait_s = self.buckets.take(limit, key, self.clock.instant())
        if wait_s > 0:
            raise ProblemError(Code.SLOW_DOWN, retry_after_s=ceil(wait_s))

    async def check_work(self, work: Work, binding: bytes) -> None:
        """Spend the challenge of a frame's work. ProblemError `bad_proof`, or `closing`."""
        await self.challenges.check_work(work.challenge, binding, work.solution, self.clock.unix())

    async def registered(self, device_id: bytes) -> Registered | None:
        """Return a device that may act now: known, not revoked, its cert not run out."""
        device = await self.directory.device(device_id)
        if device is None:
            return None
        try:
            DeviceCert.read(device.cert).check_time(self.clock.unix())
        except PeerError:
            return None
        return device

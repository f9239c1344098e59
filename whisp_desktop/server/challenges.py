"""Challenges: minted without memory, believed once, and what is proven with them."""

from collections.abc import Iterable

from whisp_desktop.protocol.certificates import DAY_S, CertFlags, DeviceCert, check_login
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import hmac_sha256, label
from whisp_desktop.protocol.keys import DeviceKeys, Random
from whisp_desktop.protocol.proof_of_work import (
    CHALLENGE_LIFE_S,
    Challenge,
    check_challenge,
    verify,
)
from whisp_desktop.server.limits import WorkLoad
from whisp_desktop.server.presence.base import CrowdedError, Presence
from whisp_desktop.server.problems import Code, ProblemError


def _nobodys_cert(random: Random) -> DeviceCert:
    """Return what stands in for an unknown device: a certificate whose private key is gone."""
    device = DeviceKeys.generate(random)
    cert = DeviceCert.issue(
        device.signing, device, issued=0, expires=DAY_S, epoch=0, flags=CertFlags(0)
    )
    device.close()
    return cert


class Challenges:
    """The challenges of one server. All times are Unix seconds of its clock."""

    def __init__(
        self, secret: bytes, hosts: Iterable[str], presence: Presence, random: Random
    ) -> None:
        self._key = hmac_sha256(secret, label("server-challenges"))
        self._hosts = tuple(hosts)
        self._presence = presence
        self._random = random
        self._nobody = _nobodys_cert(random)
        self.load = WorkLoad()

    def mint(self, bits: int, now: int) -> bytes:
        """Return a new challenge, 41 bytes, that lives for two minutes."""
        return Challenge.mint(self._key, bits, now + CHALLENGE_LIFE_S, self._random)

    async def check_work(self, whole: bytes, binding: bytes, solution: bytes, now: int) -> None:
        """Spend a challenge with work. ProblemError `bad_proof`, or `closing` when full."""
        self.load.count(now)
        try:
            challenge = check_challenge(self._key, whole, now)
            verify(challenge, binding, solution)
        except PeerError:
            raise ProblemError(Code.BAD_PROOF) from None
        await self._spend(challenge, now)

    async def check_login(
        self, cert: DeviceCert | None, whole: bytes, signature: bytes, now: int
    ) -> None:
        """Spend a challenge that a device signed for one of our hosts. ProblemError as above.

        No certificate (an unknown device, or one that may not log in) takes as long as a wrong
        signature does.
        """
        try:
            challenge = check_challenge(self._key, whole, now)
        except PeerError:
            challenge = None
        signer = cert or self._nobody
        signed = any(self._is_signed(signer, host, whole, signature) for host in self._hosts)
        if challenge is None or cert is None or not signed:
            raise ProblemError(Code.BAD_PROOF)
        await self._spend(challenge, now)

    def _is_signed(self, cert: DeviceCert, host: str, whole: bytes, signature: bytes) -> bool:
        try:
            check_login(cert, host, whole, signature)
        except PeerError:
            return False
        return True

    async def _spend(self, challenge: Challenge, now: int) -> None:
        try:
            first_time = await self._presence.spend(challenge.salt, challenge.expires, now)
        except CrowdedError:
            raise ProblemError(Code.CLOSING) from None
        if not first_time:
            raise ProblemError(Code.BAD_PROOF)

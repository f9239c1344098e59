"""How an account stands with somebody who heard its news: what of it counts, and what ended.

The revocations themselves are to be had here as well.
"""

from collections.abc import Iterable

from whisp_desktop.protocol.certificates import MOST_DEVICES, SKEW_S, DeviceCert, Manifest
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AccountKeyBytes, DeviceId
from whisp_desktop.protocol.revocation_statement import (
    MOST_REVOCATIONS,
    NOBODY,
    Reason,
    Revocation,
    RevocationKind,
    RevocationList,
    parse_after,
    parse_revocations,
    with_one_before,
)
from whisp_desktop.protocol.statements import StatementType, statement_type

__all__ = [
    "MOST_REVOCATIONS",
    "NOBODY",
    "Reason",
    "Revocation",
    "RevocationKind",
    "RevocationList",
    "Standing",
    "parse_revocations",
]

_ACCOUNT_KEY = slice(7, 39)  # in whole manifests and revocations


class Standing:
    """What one party holds about one account: manifest, revocations, certificates it admitted.

    Made anew for an account never met; with `statements` and `held` as kept earlier for another.
    """

    __slots__ = ("_held", "_revocations", "account_key", "manifest")

    def __init__(
        self,
        account_key: AccountKeyBytes,
        *,
        statements: bytes = b"",
        held: Iterable[DeviceCert] = (),
    ) -> None:
        self.account_key = account_key
        self.manifest: Manifest | None = None
        self._revocations = RevocationList()
        self._held = {cert.digest: cert for cert in held}
        for news in self._verify(statements):
            self._apply(news)

    @property
    def ended(self) -> bool:
        """Whether the account was deleted: none of its certificates counts."""
        return NOBODY in self._revocations

    @property
    def frozen(self) -> bool:
        """Whether nothing new of the account counts: no cert, manifest, card or token."""
        return any(one.kind != RevocationKind.DEVICE for one in self._revocations)

    @property
    def revoked(self) -> frozenset[DeviceId]:
        """The devices that are out for good."""
        return frozenset(DeviceId(one.target) for one in self._revocations)

    @property
    def held(self) -> tuple[DeviceCert, ...]:
        """The certificates admitted so far: they outlive a freeze."""
        return tuple(self._held.values())

    def statements(self) -> bytes:
        """Return the manifest, then the revocations, each after its signer's certificate."""
        manifest = b"" if self.manifest is None else self.manifest.whole
        return manifest + b"".join(one.statements for one in self._revocations)

    def take(self, statements: bytes, now: int) -> bool:
        """Hear news; whether any of it was new. PeerError, and no change, if one is wrong.

        Statements that are known, older, of another account or of another type are passed over,
        and so is a second manifest of one epoch. Revocations count first: of a manifest that comes
        together with a kind 2 nobody knows whose it is.
        """
        news = self._verify(statements)
        news.sort(key=lambda one: isinstance(one, Manifest))
        changed = [self._apply(one) for one in news]
        self._forget_certs(now)
        return any(changed)

    def admit(self, cert: DeviceCert, now: int) -> None:
        """Hold a verified certificate from now on. PeerError, and no change, unless it counts."""
        if cert.account_key != self.account_key:
            raise PeerError("a certificate is of another account")
        cert.check_time(now)
        if self.ended or cert.device_id in self._revocations:
            raise PeerError("a certificate is revoked")
        if self.frozen and cert.digest not in self._held:
            raise PeerError("the account is frozen")
        if not self._manifest_allows(cert):
            raise PeerError("a certificate is not in the manifest")
        self._held[cert.digest] = cert
        self._forget_certs(now)

    def _verify(self, statements: bytes) -> list[Manifest | Revocation]:
        news: list[Manifest | Revocation] = []
        known = {one.whole for one in self._revocations}
        for before, whole in with_one_before(statements):
            if whole[_ACCOUNT_KEY] == self.account_key and whole not in known:
                kind = statement_type(whole)
                if kind == StatementType.MANIFEST and self._is_newer(Manifest.read(whole)):
                    news.append(Manifest.parse(whole))
                elif kind == StatementType.REVOCATION:
                    news.append(parse_after(before, whole))
        return news

    def _apply(self, news: Manifest | Revocation) -> bool:
        if isinstance(news, Revocation):
            entries = () if self.manifest is None else self.manifest.entries
            return self._revocations.add(news, {listed for listed, _ in entries})
        if self.frozen or not self._is_newer(news):
            return False
        self.manifest = news
        return True

    def _is_newer(self, manifest: Manifest) -> bool:
        return self.manifest is None or manifest.epoch > self.manifest.epoch

    def _manifest_allows(self, cert: DeviceCert) -> bool:
        manifest = self.manifest
        return manifest is None or cert.epoch > manifest.epoch or manifest.lists(cert)

    def _forget_certs(self, now: int) -> None:
        for digest, cert in list(self._held.items()):
            if (
                now >= cert.expires + SKEW_S
                or cert.device_id in self._revocations
                or not self._manifest_allows(cert)
            ):
                del self._held[digest]
        while len(self._held) > MOST_DEVICES:
            del self._held[min(self._held, key=lambda digest: self._held[digest].epoch)]

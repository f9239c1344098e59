"""Whose turn of the ratchet comes next, and the keys towards which it will begin."""

from dataclasses import dataclass

from whisp_desktop.protocol.keys import AgreementKey, KemKey


@dataclass(slots=True)
class OurTurn:
    """We begin it, towards these public keys of theirs; our KEM pair may be ready."""

    dh: bytes
    kem: bytes
    own_kem: KemKey | None = None

    def close(self) -> None:
        """Forget the pair, if there is one."""
        if self.own_kem is not None:
            self.own_kem.close()


@dataclass(frozen=True, slots=True)
class TheirTurn:
    """They begin it, towards these key pairs of ours."""

    dh: AgreementKey
    kem: KemKey

    def close(self) -> None:
        """Forget both pairs."""
        self.dh.close()
        self.kem.close()

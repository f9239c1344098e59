"""A recovery sheet is made: the account key on paper, under a passphrase."""

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.answers import RecoverySheet
from whisp_desktop.session.device_commands import MakeRecoverySheet
from whisp_desktop.ui.viewmodels.decision import Decision


class RecoveryViewModel(Decision):
    """One sheet; it is here until it is forgotten, and nowhere else.

    sheet -- what is to be printed, once it is made
    """

    sheet: RecoverySheet | None = None

    def make(self, passphrase: Secret) -> None:
        """Seal the account key under `passphrase`, which is closed here."""
        if self.busy:
            passphrase.close()
            return
        self._begin(self._make(passphrase))

    def forget(self) -> None:
        """Nobody looks at it any more."""
        self._errands.cancel()
        self.sheet = None

    async def _make(self, passphrase: Secret) -> None:
        with passphrase:
            self.sheet = await self._bridge.do(MakeRecoverySheet(passphrase))

"""The recovery sheet: making one, and coming back with it on a new device (wire: People)."""

import asyncio
import secrets
import time

from whisp_desktop.chat.book import Book
from whisp_desktop.protocol import recovery
from whisp_desktop.protocol.errors import RefusedError, UnknownVersionError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.qr_text import sheet_qr
from whisp_desktop.session.account import OwnKeys, new_identity
from whisp_desktop.session.answers import RecoverySheet
from whisp_desktop.session.holdings import Holdings
from whisp_desktop.session.home_server import HomeServer
from whisp_desktop.vault.passphrase import check_passphrase


async def make_sheet(keys: OwnKeys, passphrase: Secret) -> RecoverySheet:
    """Seal the account key for paper; nothing of it is kept, and the passphrase is wiped.

    RefusedError `no_account_key`, `passphrase_bad`, `no_memory`.
    """
    with passphrase:
        seed = keys.vouching.seed
        check_passphrase(passphrase)
        salt = secrets.token_bytes(recovery.SALT_BYTES)
        sheet = await asyncio.to_thread(recovery.seal_sheet, passphrase, salt, seed)
    return RecoverySheet(sheet_qr(sheet), recovery.sheet_text(sheet))


async def recover_account(
    holdings: Holdings, server: HomeServer, text: str, passphrase: Secret
) -> None:
    """Come back as the only device of the sheet's account, all others of which are left out.

    The server comes first, for it alone knows the name: after a crash in between, the sheet does
    it once more. RefusedError `bad_sheet`, `other_version`, `wrong_passphrase`, `no_memory`,
    `account_unknown`, and as `Profile.create`; the profile is then as it was.
    """
    sheet = _read_sheet(text)
    identity = new_identity(await asyncio.to_thread(recovery.open_sheet, sheet, passphrase))
    try:
        await holdings.make_room()
        await server.check()
        papers = await server.recover(OwnKeys.of(identity), server.api.host, int(time.time()))
        await holdings.create(identity, Book(papers.kept(server.api.url, registered=True)))
    except BaseException as error:
        identity.close()
        if isinstance(error, RefusedError) and error.code == "forbidden":
            raise _account_unknown() from None
        raise


def _read_sheet(text: str) -> bytes:
    try:
        return recovery.parse_sheet(text.strip())
    except UnknownVersionError:
        say = "Another version of Whisp made this sheet. Install that version, or a newer one."
        raise RefusedError("other_version", say) from None


def _account_unknown() -> RefusedError:
    say = "This server does not know the sheet’s account, or it has ended. Try its other servers."
    return RefusedError("account_unknown", say)

"""How a new profile gets its account, which a server then knows."""

import time

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.account import Papers, new_identity
from whisp_desktop.session.holdings import Holdings
from whisp_desktop.session.home_server import HomeServer


async def create_account(holdings: Holdings, server: HomeServer, username: str) -> None:
    """Keep the keys first, then register them: a crash in between loses no name.

    After a refusal the keys stay for the next try with another name. RefusedError `name_taken`.
    """
    await server.check()
    keys = holdings.keys or await holdings.create(new_identity())
    papers = Papers.sign(keys, username, server.api.host, now=_now())
    await holdings.keep(papers.kept(server.api.url, registered=False))
    try:
        await server.sign_up(keys, papers)
    except RefusedError as refused:
        if refused.code != "taken":
            raise
        if not await server.knows(keys):
            say = f"“{username}” is taken. Try another one."
            raise RefusedError("name_taken", say) from None
        papers = await server.recover(keys, server.api.host, _now())
    await holdings.keep(papers.kept(server.api.url, registered=True))


def _now() -> int:
    return int(time.time())

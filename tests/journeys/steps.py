"""Steps that most journeys share."""

import asyncio

from tests.journeys.programs import BOUND_S, Client, Line


async def open_conversation(asker: Client, asked: Client) -> tuple[Line, Line]:
    """Ask, accept, and wait until both can write; return both sides' `open`."""
    name = (await asked.do("status"))["name"]
    await asker.do("ask", name=name)
    request = await asked.event("request")
    await asked.do("accept", request=request["request"])
    return await asker.event("open"), await asked.event("open")


async def say(sender: Client, reader: Client, text: str, **fields: object) -> str:
    """Send a text and wait until it was read as it was written, delivered and seen."""
    peer = (await reader.do("status"))["name"]
    message: str = (await sender.do("send", peer=peer, text=text, **fields))["message"]
    read = await reader.event("message", message=message)
    assert read["text"] == text
    await sender.event("delivered", message=message)
    await sender.event("seen", message=message)
    return message


async def texts(client: Client, peer: str) -> list[str]:
    """Return the texts that the client's ring holds."""
    return [each["text"] for each in (await client.do("history", peer=peer))["history"]]


async def wait_for_history(client: Client, peer: str, wanted: list[str]) -> None:
    """Wait until the ring holds just these texts."""
    async with asyncio.timeout(BOUND_S):
        while await texts(client, peer) != wanted:  # noqa: ASYNC110 -- it is another process
            await asyncio.sleep(0.02)

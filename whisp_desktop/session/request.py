"""A request of somebody else that is shown."""

import asyncio
from dataclasses import dataclass

from whisp_desktop.chat.admission import How
from whisp_desktop.protocol.handshake import Responder
from whisp_desktop.session.commands import RequestId
from whisp_desktop.session.peer import Peer


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody waits for an answer, until its timer ends it."""

    id: RequestId
    knock: bytes
    name: str
    how: How
    responder: Responder
    peer: Peer
    timer: asyncio.TimerHandle

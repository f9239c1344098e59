"""What everybody who asks or answers for an account has at hand."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from whisp_desktop.session.account import OwnKeys, Papers
from whisp_desktop.session.circle import Circle
from whisp_desktop.session.events import Event
from whisp_desktop.session.home_server import HomeServer

Spawn = Callable[[Coroutine[None, None, None]], asyncio.Task[None]]
"""Runs a coroutine as a task of the node; what it is refused becomes a notice."""


@dataclass(slots=True)
class Desk:
    """One open account: its keys and papers, its circle, its server, and whom to tell."""

    keys: OwnKeys
    papers: Papers
    circle: Circle
    server: HomeServer
    spawn: Spawn
    tell: Callable[[Event], None]

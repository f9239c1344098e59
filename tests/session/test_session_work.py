"""Proof of work in the child process: it is solved, told, and ends when it is cancelled."""

import asyncio
import os
import secrets
import time
from pathlib import Path

import pytest

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.proof_of_work import Challenge, verify
from whisp_desktop.session.work import prove

BINDING = bytes(range(32))


def _challenge(bits: int) -> Challenge:
    expires = int(time.time()) + 120
    return Challenge.parse(Challenge.mint(bytes(32), bits, expires, secrets.token_bytes))


def _children() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return {int(each) for each in listed.split()}


async def test_work_is_done_and_told_from_beginning_to_end() -> None:
    told: list[float] = []
    challenge = _challenge(16)
    began = time.monotonic()
    verify(challenge, BINDING, await prove(challenge.whole, BINDING, told.append))
    took_s = time.monotonic() - began
    assert told == sorted(told)
    assert 0 <= told[0] < 1
    assert told[-1] == 1.0
    assert len(told) <= 3 + took_s / 0.25


async def test_cancelled_work_ends_its_child_and_tells_no_end() -> None:
    told: list[float] = []
    begun = asyncio.Event()

    def hear(fraction: float) -> None:
        told.append(fraction)
        begun.set()

    before = _children()
    working = asyncio.create_task(prove(_challenge(26).whole, BINDING, hear))
    async with asyncio.timeout(20):
        await begun.wait()
        assert _children() > before
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
    assert _children() == before
    assert 1.0 not in told


async def test_too_much_work_is_refused_at_once() -> None:
    whole = bytearray(_challenge(20).whole)
    whole[0] = 27
    with pytest.raises(RefusedError) as refused:
        await prove(bytes(whole), BINDING, lambda _: None)
    assert refused.value.code == "too_much_work"

"""Proof of work in a child process: hashing short inputs would hold this interpreter's lock."""

import asyncio
import sys
import time
from collections.abc import Callable

from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.proof_of_work import Challenge, solve

_CHALLENGE_BYTES = 41
_BINDING_BYTES = 32
_TOLD_EVERY_S = 0.25
_LONGEST_S = 100.0
"""A challenge lives for 120 s; what takes longer is of no use."""


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "solve"]
    return [sys.executable, "-m", "whisp_desktop.session.work"]


async def prove(challenge: bytes, binding: bytes, progress: Callable[[float], None]) -> bytes:
    """Return the solution (64 bytes) of a server's challenge; cancelling ends the child.

    `progress` is told how far it is, a few times a second; 1.0 when it is done. RefusedError
    where the server asks too much.
    """
    try:
        Challenge.parse(challenge)
    except PeerError:
        raise RefusedError(
            "too_much_work", "This server asks for more work than Whisp does. Try another server."
        ) from None
    child = await asyncio.create_subprocess_exec(
        *_command(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            solution = await _talk(child, challenge + binding, progress)
    except TimeoutError:
        raise RefusedError(
            "work_too_slow", "This computer was too slow for the server's work. Try again."
        ) from None
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()
    progress(1.0)
    return solution


async def _talk(
    child: asyncio.subprocess.Process, task: bytes, progress: Callable[[float], None]
) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(task)
    child.stdin.close()
    while line := await child.stdout.readline():
        word, _, value = line.decode("ascii").partition(" ")
        if word == "done":
            return bytes.fromhex(value)
        progress(float(value))
    raise RefusedError("work_failed", "The work for the server could not be done. Try again.")


def main() -> int:
    """Solve the one task on standard input; the parent's end closes it."""
    task = sys.stdin.buffer.read(_CHALLENGE_BYTES + _BINDING_BYTES)
    challenge, binding = Challenge.parse(task[:_CHALLENGE_BYTES]), task[_CHALLENGE_BYTES:]
    told_at = -_TOLD_EVERY_S

    def keep_going(done: float) -> bool:
        nonlocal told_at
        if time.monotonic() - told_at >= _TOLD_EVERY_S:
            told_at = time.monotonic()
            _say(f"at {done:.3f}")
        return True

    _say(f"done {solve(challenge, binding, keep_going).hex()}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""How often a guesser of enrollment codes is right: `python -m tests.threats.guessing RUNS CODES`.

There are only CODES codes, so that he is right often enough to be counted; everything else is as
in the program: each code is drawn anew, and admits one run.
"""

import random
import sys
from math import comb

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.protocol.pake import PakeGuest, PakeOwner, enrollment_use

SEED = 33
TOKEN = b"a token"


def guess(draw: random.Random, codes: int) -> tuple[bool, bool]:
    """Let him run once against a code; return whether he has the token, and had the very code."""
    use = enrollment_use("4821")
    code, guessed = (Secret(f"{draw.randrange(codes):08}".encode()) for _ in range(2))
    owner, guest = PakeOwner(use, code, draw.randbytes), PakeGuest(use, guessed, draw.randbytes)
    try:
        owner.check(guest.read(owner.read(guest.write())))
        return guest.open(owner.write(TOKEN)) == TOKEN, code == guessed
    except PeerError:
        return False, code == guessed
    finally:
        owner.close()
        guest.close()


def count(runs: int, codes: int) -> tuple[int, int]:
    """Return in how many runs he had the token, and in how many of these he had the very code."""
    draw = random.Random(SEED)
    outcomes = [guess(draw, codes) for _ in range(runs)]
    return sum(right for right, _ in outcomes), sum(right and same for right, same in outcomes)


def at_least(right: int, runs: int, rate: float) -> float:
    """Return the chance of so many right guesses, or more, if each is right at this rate."""
    fewer = (comb(runs, k) * rate**k * (1 - rate) ** (runs - k) for k in range(right))
    return 1 - sum(fewer)


if __name__ == "__main__":
    runs, codes = map(int, sys.argv[1:])
    right, same = count(runs, codes)
    chance = at_least(right, runs, 1 / codes)
    sys.stdout.write(
        f"the token in {right} of {runs} runs, by the very code in {same}; the bound lets"
        f" {runs / codes:g} be expected, and so many or more come with a chance of {chance:.2f}\n"
    )

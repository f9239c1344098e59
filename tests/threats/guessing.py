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


def is_right(draw: random.Random, codes: int) -> bool:
    """Let the guesser run once against a code that was drawn; return whether he has the token."""
    use = enrollment_use("4821")
    owner = PakeOwner(use, _code(draw, codes), draw.randbytes)
    guest = PakeGuest(use, _code(draw, codes), draw.randbytes)
    try:
        owner.check(guest.read(owner.read(guest.write())))
        return guest.open(owner.write(TOKEN)) == TOKEN
    except PeerError:
        return False
    finally:
        owner.close()
        guest.close()


def _code(draw: random.Random, codes: int) -> Secret:
    return Secret(f"{draw.randrange(codes):08}".encode())


def count_right(runs: int, codes: int) -> int:
    """Return in how many of the runs he was right."""
    draw = random.Random(SEED)
    return sum(is_right(draw, codes) for _ in range(runs))


def at_least(right: int, runs: int, rate: float) -> float:
    """Return the chance of so many right guesses, or more, if each is right at this rate."""
    fewer = (comb(runs, k) * rate**k * (1 - rate) ** (runs - k) for k in range(right))
    return 1 - sum(fewer)


if __name__ == "__main__":
    runs, codes = map(int, sys.argv[1:])
    right = count_right(runs, codes)
    chance = at_least(right, runs, 1 / codes)
    sys.stdout.write(
        f"{right} of {runs} right; the bound lets {runs / codes:g} be expected, and so many or"
        f" more come with a chance of {chance:.2f}\n"
    )

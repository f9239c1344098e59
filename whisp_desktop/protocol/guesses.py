"""How often a friend code may be guessed: three runs a window fail, and ten in a row.

A run counts as failed from p2 on, until a good p3 comes in time; so runs side by side count too.
"""

from whisp_desktop.protocol.errors import PeerError

MOST_IN_WINDOW = 3
MOST_IN_ROW = 10
PROOF_S = 30
CLOSED_S = 3600


class Guesses:
    """The failed runs at one owner's door; windows are the code's, floor(now / period)."""

    __slots__ = ("_begun", "_in_row", "_in_window", "_runs")

    def __init__(self) -> None:
        self._runs = 0
        self._begun: dict[int, int] = {}  # when each run under way began, by its number
        self._in_row: list[int] = []
        self._in_window: dict[int, set[int]] = {}

    def begin(self, window: int, now: int) -> int:
        """Count a run whose p2 is about to leave; return its number. PeerError: it may not."""
        if len(self._in_row) >= MOST_IN_ROW:
            if now < self._begun[self._in_row[-1]] + CLOSED_S:
                raise PeerError("a door is closed after too many wrong codes")
            self._in_row.clear()
        guessed = self._in_window.get(window, set())
        if len(guessed) >= MOST_IN_WINDOW:
            raise PeerError("a code was guessed too often")
        self._runs = run = self._runs + 1
        self._begun[run] = now
        self._in_row.append(run)
        self._in_window[window] = guessed | {run}
        self._forget(window)
        return run

    def right(self, run: int, now: int) -> None:
        """Take back a run whose p3 was good; those before it are in a row with no other.

        PeerError if p3 came more than 30 s after p2.
        """
        if run not in self._begun or now > self._begun[run] + PROOF_S:
            raise PeerError("p3 came too late")
        self._in_row = [each for each in self._in_row if each > run]
        for guessed in self._in_window.values():
            guessed.discard(run)

    def _forget(self, window: int) -> None:
        """Keep the two newest windows, and the runs that still count somewhere."""
        newest = max(window, *self._in_window)
        for old in [each for each in self._in_window if each < newest - 1]:
            del self._in_window[old]
        counted = set(self._in_row).union(*self._in_window.values())
        self._begun = {run: at for run, at in self._begun.items() if run in counted}

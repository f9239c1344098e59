"""The one error tree: their fault, or ours to explain."""


class WhispError(Exception):
    """Anything that Whisp itself raises."""


class PeerError(WhispError):
    """Bytes from outside are wrong; the reason never repeats them."""


class UnknownVersionError(PeerError):
    """Bytes of a version or suite that this program does not know; the error names both.

    got -- the number that came
    known -- the one number that is known
    """

    def __init__(self, what: str, got: int, known: int) -> None:
        super().__init__(f"{what} is {got}, and this program knows {known} alone")
        self.got = got
        self.known = known


class RefusedError(WhispError):
    """Something a person asked for cannot be done.

    code -- stable, for programs (`name_taken`, `not_connected`, …)
    say -- one sentence for a person, with the way out
    """

    def __init__(self, code: str, say: str) -> None:
        super().__init__(say)
        self.code = code
        self.say = say

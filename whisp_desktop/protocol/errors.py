"""The one error tree: their fault, or ours to explain."""


class WhispError(Exception):
    """Anything that Whisp itself raises."""


class PeerError(WhispError):
    """Bytes from outside are wrong; the reason is a constant, never a part of those bytes."""


class RefusedError(WhispError):
    """Something a person asked for cannot be done.

    code -- stable, for programs (`name_taken`, `not_connected`, …)
    say -- one sentence for a person, with the way out
    """

    def __init__(self, code: str, say: str) -> None:
        super().__init__(say)
        self.code = code
        self.say = say

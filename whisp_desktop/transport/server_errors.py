"""What a server refuses, and what a person is told of it."""

from whisp_desktop.protocol.errors import RefusedError

_SENTENCES = {
    "bad_request": "The server did not take what Whisp sent. Set the clock right, or update Whisp.",
    "bad_proof": "The server does not know this computer's keys, or took too long. Try again.",
    "token": "The server wants Whisp to sign in again. Try again.",
    "forbidden": "The server does not allow this.",
    "not_found": "This server does not offer that. Ask who runs it for a newer one.",
    "taken": "That name is taken. Try another one.",
    "stale": "The server holds something newer already. Start Whisp again.",
    "too_large": "That is too large for the server. Send less at once.",
    "slow_down": "You asked too often. Try again in one minute.",
    "closing": "The server is full or about to stop. Try again in one minute.",
}
_STATUSES = {
    "bad_request": 400,
    "bad_proof": 401,
    "token": 401,
    "forbidden": 403,
    "not_found": 404,
    "taken": 409,
    "stale": 409,
    "too_large": 413,
    "slow_down": 429,
    "closing": 503,
}


class ServerRefusedError(RefusedError):
    """A refusal by the server itself.

    retry_after_s -- when it is worth trying again, where the server said so
    epoch -- with `stale`: the epoch that the server holds
    statements -- with `forbidden`: the revocations that it says stand against a device
    """

    def __init__(
        self,
        code: str,
        *,
        retry_after_s: float | None = None,
        epoch: int | None = None,
        statements: bytes = b"",
    ) -> None:
        super().__init__(code, _SENTENCES[code])
        self.retry_after_s = retry_after_s
        self.epoch = epoch
        self.statements = statements


def is_refusal(code: str, status: int | None = None) -> bool:
    """Whether servers have that code, and it goes with that HTTP status, if given."""
    return code in _STATUSES and status in {None, _STATUSES[code]}


def server_wrong() -> RefusedError:
    """Say that the server gave an answer that no server of this kind gives."""
    return RefusedError(
        "server_wrong", "Something answers there, but it is no Whisp server. Check its name."
    )


def server_unreachable() -> RefusedError:
    """Say that there was no answer, or none in time."""
    return RefusedError(
        "server_unreachable", "The server does not answer. Check its name, or try again later."
    )


def server_untrusted() -> RefusedError:
    """Say that there is no knowing who answered: its certificate is not trusted here."""
    say = "This computer does not trust the server's certificate. Check the server's name."
    return RefusedError("server_untrusted", say)


def revoked() -> RefusedError:
    """Say that the server takes this device for revoked, which proves nothing."""
    say = "The server says that this device was revoked. Look at your other devices."
    return RefusedError("revoked", say)


def replaced() -> RefusedError:
    """Say that a newer socket of this device has taken the place of this one."""
    say = "Another Whisp uses the keys of this device. Close one of the two, then start again."
    return RefusedError("replaced", say)

"""Why a server closes a socket."""

from enum import IntEnum


class CloseCode(IntEnum):
    """The close codes of the socket (RFC 6455 §7.4; 4400 and above are ours)."""

    NORMAL = 1000
    PROTOCOL_ERROR = 1002
    TOO_BIG = 1009
    DRAINING = 1012
    MALFORMED = 4400
    TOKEN = 4401
    REVOKED = 4403
    SLOW_READER = 4408
    REPLACED = 4409
    ABOVE_ROW = 4413
    TOO_FAST = 4429

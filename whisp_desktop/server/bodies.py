"""The JSON bodies of the REST calls: their fields, and bytes in base64url."""

from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from whisp_desktop.server.base64url import decode_base64url
from whisp_desktop.server.problems import Code, ProblemError


class Encoded(bytes):
    """Bytes that travel as base64url; `size_bytes` of them, where a size is set."""

    size_bytes: ClassVar[int | None] = None


class Challenge41(Encoded):
    """A challenge."""

    size_bytes = 41


class Signature64(Encoded):
    """An Ed25519 signature, or eight nonces."""

    size_bytes = 64


class Id16(Encoded):
    """A device's id."""

    size_bytes = 16


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A JSON object with just these fields."""


class Work(Body):
    """A proof of work."""

    challenge: Challenge41
    solution: Signature64


class Login(Body):
    """A challenge that a device signed."""

    challenge: Challenge41
    signature: Signature64


class Nothing(Body):
    """`{}`."""


class NameCheck(Body):
    """POST usernames."""

    username: str
    work: Work


class SignUp(Body):
    """POST accounts."""

    card: Encoded
    cert: Encoded
    manifest: Encoded
    work: Work
    login: Login


class NewCard(Body):
    """PUT accounts."""

    card: Encoded


class NewDevice(Body):
    """PUT devices."""

    cert: Encoded
    manifest: Encoded
    login: Login


class NewRevocations(Body):
    """POST revocations."""

    statements: Encoded
    work: Work


class DeviceLogin(Body):
    """POST tokens, for a device."""

    device_id: Id16
    login: Login


class GuestLogin(Body):
    """POST tokens, for a guest."""

    work: Work


class ListQuestion(Body):
    """POST directory."""

    prefix: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{2,24}\Z")]


B = TypeVar("B", bound=Body)


def _decode(kind: type[Any], value: object) -> object:
    if not isinstance(value, str):
        raise TypeError("bytes travel as text")
    return kind(decode_base64url(value, kind.size_bytes))


class BodyReader:
    """Reads the bodies of one call; where it has several forms, the first that fits counts."""

    def __init__(self, *kinds: type[Body]) -> None:
        self._decoders = [msgspec.json.Decoder(kind, dec_hook=_decode) for kind in kinds]

    def read(self, data: bytes) -> Body:
        """Return the body. ProblemError `bad_request` if it has another form."""
        for decoder in self._decoders:
            try:
                return decoder.decode(data)
            except (ValueError, TypeError, RecursionError):
                continue
        raise ProblemError(Code.BAD_REQUEST)

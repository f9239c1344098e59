"""Friend codes, rotating and printed, and the rendezvous ids of people who know each other."""

from whisp_desktop.protocol import crockford
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import BytesLike, hmac_sha256, label, sha256
from whisp_desktop.protocol.keys import DeviceId, Random, Secret

RENDEZVOUS_WINDOW_S = 600
PRINTED_CHARACTERS = 10

_CODE_DIGITS = 8
_DOOR_DIGITS = 2
_SEEN = label("seen")
_GROUP_SEEN = label("group-seen")


def friend_code(seed: BytesLike, slot: int, period_s: int, now: int) -> str:
    """Return the rotating code at `now`: door (2 digits), then RFC 6238's 8 digits with SHA-256.

    `seed` has 32 bytes, `slot` is 0 to 49, `period_s` 60 to 120.
    """
    window = now // period_s
    door = 2 * slot + window % 2
    mac = hmac_sha256(seed, window.to_bytes(8, "big"))
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{door:02}{number % 10**_CODE_DIGITS:0{_CODE_DIGITS}}"


def printed_secret(random: Random) -> str:
    """Return the 10 characters of a new printed code; a free door's 2 digits go before them."""
    return "".join(crockford.ALPHABET[byte % 32] for byte in random(PRINTED_CHARACTERS))


def printed_normal(typed: str) -> str:
    """Return a printed code's 10 characters as the PAKE takes them. RefusedError `wrong_code`."""
    text = _normal(typed)
    if len(text) != PRINTED_CHARACTERS:
        raise _wrong_code()
    return text


def split_code(typed: str) -> tuple[str, str]:
    """Return door (2 digits) and password (8 digits, or 10 characters) of a code as typed.

    RefusedError `wrong_code`.
    """
    text = _normal(typed)
    door, password = text[:_DOOR_DIGITS], text[_DOOR_DIGITS:]
    rotating = len(password) == _CODE_DIGITS and password.isdecimal()
    if not door.isdecimal() or not (rotating or len(password) == PRINTED_CHARACTERS):
        raise _wrong_code()
    return door, password


def _normal(typed: str) -> str:
    """Return what was typed in Crockford's normal form, or nothing if it has none."""
    try:
        return crockford.normal(typed)
    except ValueError:
        return ""


def _wrong_code() -> RefusedError:
    return RefusedError(
        "wrong_code",
        "That code did not work. It may be wrong, used or too old. Ask for a new one.",
    )


def code_at_door(seed: BytesLike, door: str, period_s: int, now: int) -> str:
    """Return the code that a guest at this door means: its parity names one of two windows."""
    slot, parity = divmod(int(door), 2)
    late = now // period_s % 2 != parity
    return friend_code(seed, slot, period_s, now - period_s if late else now)


def rendezvous_id(kpair: Secret, announcer: DeviceId, now: int) -> bytes:
    """Return the id, 16 bytes, under which a device shows itself to one peer in this window."""
    return hmac_sha256(kpair.data, _SEEN + announcer + _window(now))[:16]


def group_rendezvous_id(roster: bytes, announcer: DeviceId, now: int) -> bytes:
    """Return the id, 16 bytes, of a device in a group; `roster` is the whole one in force."""
    return hmac_sha256(sha256(roster), _GROUP_SEEN + announcer + _window(now))[:16]


def _window(now: int) -> bytes:
    return (now // RENDEZVOUS_WINDOW_S).to_bytes(8, "big")

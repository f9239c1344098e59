"""session.json: whole sessions, in order and out of it, and what must be refused on the way."""

from collections.abc import Callable
from typing import Any

from tests.vectors.reference.primitives import drawn
from tests.vectors.reference.session import Handshake, Side, file_of
from tests.vectors.reference.statements import DAY, TODAY, Device

Event = dict[str, Any]


class Conversation:
    """Two sides of one session, and a script of what they write, open and refuse."""

    def __init__(self, shake: Handshake) -> None:
        self.sides = {name: Side(shake, name) for name in "AB"}
        self.events: list[Event] = []
        self._frames: list[Event] = []

    def write(self, name: str, kind: int, body: bytes) -> int:
        """Return the frame's place among all that were written, from 1."""
        event = self.sides[name].write(kind, body)
        self.events.append(event)
        self._frames.append(event)
        return len(self._frames)

    def open(self, place: int) -> None:
        frame = self._frames[place - 1]
        if "DHs_private" in frame:
            writer = frame["from"]
            self.sides["B" if writer == "A" else "A"].hear_turn(self.sides[writer])
        self.events.append({"do": "open", "frame": place})

    def say(self, name: str, kind: int, body: bytes) -> None:
        self.open(self.write(name, kind, body))

    def refuse(self, place: int, why: str, bit: int | None = None) -> None:
        """The frame, one bit of it turned if so said, is brought to its reader again."""
        turned = {} if bit is None else {"bit": bit}
        self.events.append({"do": "refuse", "frame": place, "why": why, **turned})

    def refuse_bytes(self, by: str, data: bytes, why: str) -> None:
        self.events.append({"do": "refuse", "by": by, "bytes": data.hex(), "why": why})


def sessions() -> Any:
    return [_in_order(), _out_of_order(), _hostile_network()]


def _pair(name: str) -> tuple[Device, Device]:
    return Device(f"{name} A"), Device(f"{name} B", username="bob_2")


def _in_order() -> Event:
    shake = Handshake("in order", *_pair("in order"), psk=drawn("in order psk", 32))
    shake.write()
    talk = Conversation(shake)
    words = b"\0" * 7 + b"\1" + b"\0\0\0\x05" + bytes(8) + "Grüße".encode()
    script = [
        *(("A", 0x00, b""), ("B", 0x03, bytes.fromhex("000101000300")), ("B", 0x10, words)),
        *(("B", 0x10, words * 20), ("A", 0x11, b"\1" + words[:8]), ("A", 0x10, words * 400)),
        *(("B", 0x13, bytes(4)), ("A", 0x12, b"\1"), ("A", 0x12, b"\0"), ("B", 0x01, b"\0")),
    ]
    for name, kind, body in script:
        talk.say(name, kind, body)
    frames = [
        {key: value for key, value in event.items() if key != "do"}
        for event in talk.events
        if event["do"] == "write"
    ]
    return _document(shake) | {"frames_in_order": frames}


def _document(shake: Handshake) -> Event:
    return shake.as_json() | {"file": file_of(shake, 16384 * 2 + 1)}


def _out_of_order() -> Event:
    """Lost and overtaken frames, over three turns; 32 keys skipped in one gap, no 33rd."""
    shake = Handshake("out of order", *_pair("out of order"))
    shake.write()
    talk = Conversation(shake)
    talk.say("A", 0x00, b"")
    late = [talk.write("A", 0x12, bytes((place % 2,))) for place in range(4)]
    talk.open(late[3])
    talk.open(late[1])
    talk.say("B", 0x00, b"")
    second = [talk.write("B", 0x00, b"") for _ in range(34)]
    talk.refuse(second[33], "33 frames overtaken at once")
    talk.open(second[32])
    talk.refuse(second[32], "a frame a second time")
    talk.open(second[33])
    talk.open(second[0])
    third = talk.write("A", 0x00, b"")
    fourth = talk.write("A", 0x14, b"\0" * 7 + b"\2")
    talk.refuse(fourth, "a turn's second frame before its first")
    talk.open(third)
    talk.open(late[0])
    talk.refuse(late[0], "a frame of an earlier turn a second time")
    talk.open(fourth)
    talk.open(late[2])
    return _document(shake) | {"events": talk.events}


def _hostile_network() -> Event:
    """Handshake, FIN and frames that must be refused, each followed by the genuine one."""
    shake = Handshake("hostile network", *_pair("hostile network"))
    shake.write()
    other = Handshake("another session", *_pair("hostile network"))
    other.write()
    talk, elsewhere = Conversation(shake), Conversation(other)
    elsewhere.say("A", 0x00, b"")
    elsewhere.say("B", 0x00, b"")
    place = talk.write("A", 0x00, b"")
    for bit, what in ((0, "type"), (30, "nonce"), (200, "header"), (8 * 2341 + 5, "body")):
        talk.refuse(place, f"a turned bit of the {what}", bit)
    talk.refuse_bytes("B", _frame(elsewhere, 0), "the first frame of another session")
    talk.open(place)
    talk.refuse(place, "the first frame of a turn a second time")
    talk.refuse_bytes("A", _frame(talk, 0), "one's own frame")
    place = talk.write("A", 0x13, bytes(4))
    whole = _frame(talk, 1)
    talk.refuse_bytes("B", whole[:-1], "a byte too few")
    talk.refuse_bytes("B", whole + b"\0", "a byte too many")
    talk.refuse_bytes("B", b"", "nothing")
    talk.refuse_bytes("B", b"\x12" + whole[1:], "type 12")
    talk.refuse(place, "a turned bit of the tag", 8 * len(whole) - 1)
    talk.open(place)
    talk.say("B", 0x00, b"")
    talk.refuse_bytes("A", _frame(elsewhere, 1), "a turn of another session")
    document = _document(shake) | {"events": talk.events}
    document["refused_m1"] = _refused_m1(shake)
    document["refused_m2"] = _refused_m2(shake)
    document["refused_fins"] = _refused_fins(document["fin"])
    return document


def _frame(talk: Conversation, number: int) -> bytes:
    return bytes.fromhex(talk._frames[number]["frame"])


def _again(shake: Handshake, change: Callable[[Handshake], None]) -> Handshake:
    """Return the same session, made anew with something wrong in it."""
    made = Handshake(shake.name, shake.a, shake.b, shake.psk)
    change(made)
    made.write()
    return made


def _set(**values: Any) -> Callable[[Handshake], None]:
    def change(shake: Handshake) -> None:
        for name, value in values.items():
            setattr(shake, name, value)

    return change


def _refused_m1(shake: Handshake) -> list[Event]:
    stranger = Device("stranger", username="eve")
    old = Device("old", account=shake.a.name, issued=TODAY - 90 * DAY, expires=TODAY)
    old.dks, old.dkd = shake.a.dks, shake.a.dkd
    too_large = b"\xff\xff" + shake.eka[2:]
    changes: dict[str, Callable[[Handshake], None]] = {
        "another psk": _set(psk=drawn("guessed psk", 32)),
        "another bundle's id": _set(bundle_id=bytes(8)),
        "EA of small order": _set(ea_public=bytes(32)),
        "EA of small order, 1": _set(ea_public=b"\x01" + bytes(31)),
        "a cert that ran out": _set(cert_a=old.cert),
        "a cert whose device did not speak": _set(cert_a=stranger.cert, card_a=stranger.card),
        "a cert with a wrong signature": _set(cert_a=_turned(shake.cert_a, 251)),
        "another account's card": _set(card_a=stranger.card),
        "a card with a wrong signature": _set(card_a=_turned(shake.card_a, len(shake.card_a) - 1)),
        "ekA with a number that is not reduced": _set(eka=too_large),
        "a route of another form": _set(route_a=shake.route_a + b"\0"),
        "an empty route": _set(route_a=b""),
        "an end that is not zeros": _set(tail=b"\0\1"),
    }
    made = {why: _again(shake, change).m1 for why, change in changes.items()}
    made["a byte too few"] = shake.m1[:-1]
    made["a byte too many"] = shake.m1 + b"\0"
    made["the type of m2"] = b"\x02" + shake.m1[1:]
    for what, at in (("EA", 9), ("ct1", 41), ("Enc(cert_A)", 1129), ("Enc(P1)", 1397)):
        made[f"a turned bit of {what}"] = _turned(shake.m1, at)
    return [{"why": why, "m1": m1.hex()} for why, m1 in made.items()]


def _refused_m2(shake: Handshake) -> list[Event]:
    changes: dict[str, Callable[[Handshake], None]] = {
        "EB of small order": _set(eb_public=bytes(32)),
        "a route of another form": _set(route_b=shake.route_b[:-1]),
        "an end that is not zeros": _set(tail=b"\1"),
        "ekR with a number that is not reduced": _set(ekr=b"\xff\xff" + shake.ekr[2:]),
        "m2 to another m1": _set(ea=drawn("another EA", 32)),
    }
    made = {why: _again(shake, change).m2 for why, change in changes.items()}
    made["a byte too few"] = shake.m2[:-1]
    made["m1 itself"] = shake.m1
    for what, at in (("EB", 1), ("ct2", 33), ("Enc(P2)", 1121)):
        made[f"a turned bit of {what}"] = _turned(shake.m2, at)
    return [{"why": why, "m2": m2.hex()} for why, m2 in made.items()]


def _refused_fins(fin: dict[str, str]) -> list[Event]:
    genuine = bytes.fromhex(fin["from_B"])
    made = {
        "A's own": bytes.fromhex(fin["from_A"]),
        "a byte too few": genuine[:-1],
        "another type": b"\x04" + genuine[1:],
        "a turned bit": _turned(genuine, 32),
        "empty": b"",
    }
    return [{"why": why, "from_B": wrong.hex()} for why, wrong in made.items()]


def _turned(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def document() -> Any:
    return sessions()

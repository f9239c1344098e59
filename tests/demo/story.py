"""The conversation of the demonstration: each line is printed when it has happened."""

import sys
import time
from pathlib import Path

from tests.demo.people import Person

GREETING = "Hi Bob. Nobody keeps this."
ANSWER = "Hi Alice. Not even we."
FLEETING = "This goes five seconds after you saw it."
FLEETING_S = 5


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Story:
    """Prints what happened, and how long each step took."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()

    def tell(self, what: str) -> None:
        """Say what has just happened."""
        now = time.monotonic()
        say(f"{now - self._last:8.3f} s  {what}")
        self._last = now

    def end(self) -> None:
        """Say how long it was."""
        say(f"{time.monotonic() - self._began:8.3f} s  in all")


async def meet(alice: Person, bob: Person, story: Story) -> None:
    """From two empty machines to a conversation that both can write in."""
    for person in (alice, bob):
        kept = await person.claim_name()
        story.tell(f"{person.name}: name claimed; the keys are kept by {kept}")
    hers = await alice.look_up(bob.name)
    story.tell(f"{alice.name}: {bob.name} is online; safety number {_grouped(hers)}")
    await alice.ask(bob.name)
    story.tell(f"{alice.name}: asked {bob.name} to talk")
    name, his = await bob.is_asked()
    assert name == alice.name, f"{bob.name} was asked by {name}"
    story.tell(f"{bob.name}: {name} wants to talk; safety number {_grouped(his)}")
    assert len(hers) == 60
    assert hers == his, "the safety numbers differ"
    story.tell("both: the safety numbers are equal, all 60 digits")
    await bob.accept()
    story.tell(f"{bob.name}: accepted")
    routes = [await bob.can_write(alice.name), await alice.can_write(bob.name)]
    assert routes[0] == routes[1], f"two routes: {routes}"
    story.tell(f"both: the conversation is open; route: {routes[0]}")


async def greet(alice: Person, bob: Person, story: Story) -> None:
    """Say something both ways."""
    for writer, reader, text in ((alice, bob, GREETING), (bob, alice, ANSWER)):
        await _say(writer, reader, text, story)


async def lose_and_leave(alice: Person, bob: Person, story: Story, pictures: Path) -> None:
    """See what was said, lose some of it to its timer, and all of it when one leaves."""
    for writer, reader, text in ((alice, bob, GREETING), (bob, alice, ANSWER)):
        await _is_seen(writer, reader, text, story)
    await _say(alice, bob, FLEETING, story, FLEETING_S)
    await _is_seen(alice, bob, FLEETING, story)
    await _save_pictures(alice, bob, pictures, "talking")
    await bob.loses(FLEETING)
    await alice.loses(FLEETING)
    story.tell("both: the timer has run out, and that message is gone")
    for person in (alice, bob):
        assert {*await person.holds()} == {GREETING, ANSWER}, "the rest is not there"
    await bob.leave()
    said = await alice.is_left()
    await bob.is_left()
    story.tell(f"{bob.name} left; {alice.name} is told: {said}")
    assert await alice.holds() == await bob.holds() == [], "something is left"
    story.tell("both: the buffers are empty")
    await _save_pictures(alice, bob, pictures, "left")


async def _say(
    writer: Person, reader: Person, text: str, story: Story, lifetime_s: int | None = None
) -> None:
    await writer.write(text, lifetime_s)
    await reader.reads(text)
    timer = f" (timer: {lifetime_s} s)" if lifetime_s else ""
    story.tell(f"{writer.name} to {reader.name}: “{text}”{timer}")


async def _is_seen(writer: Person, reader: Person, text: str, story: Story) -> None:
    await writer.was_seen(text)
    story.tell(f"{writer.name}: {reader.name} has seen “{text}”")


def _grouped(digits: str) -> str:
    """Return the first 10 of 60 digits as they are shown."""
    return f"{digits[:5]} {digits[5:10]} …"


async def _save_pictures(alice: Person, bob: Person, folder: Path, moment: str) -> None:
    for person in (alice, bob):
        path = await person.picture(folder / f"{person.name}-{moment}.png")
        if path is not None:
            say(f"{'':10}  picture: {path}")

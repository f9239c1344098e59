"""The conversation of the demonstration: each line is printed when it has happened."""

import time
from pathlib import Path

from tests.demo.people import Person

_SHORT_S = 5


class Story:
    """Prints what happened, and how long it took."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()

    def tell(self, what: str) -> None:
        """Say what has just happened."""
        now = time.monotonic()
        print(f"{now - self._last:8.3f} s  {what}", flush=True)
        self._last = now

    def end(self) -> None:
        """Say how long it was."""
        print(f"{time.monotonic() - self._began:8.3f} s  in all", flush=True)


async def meet(alice: Person, bob: Person, story: Story) -> None:
    """From two empty machines to a conversation that both can write in."""
    for person in (alice, bob):
        kept = await person.claim_name()
        story.tell(f"{person.name}: the name is mine; my keys are kept by: {kept}")
    hers = await alice.look_up(bob.name)
    story.tell(f"{alice.name}: {bob.name} is here; safety number {hers[:10]} …")
    await alice.ask(bob.name)
    story.tell(f"{alice.name}: asked {bob.name} to talk")
    name, his = await bob.is_asked()
    assert name == alice.name, f"{bob.name} was asked by {name}"
    story.tell(f"{bob.name}: {name} wants to talk; safety number {his[:10]} …")
    assert len(hers) == 60
    assert hers == his, "the safety numbers differ"
    story.tell("both: the safety numbers are equal, all 60 digits")
    await bob.accept()
    routes = [await bob.can_write(alice.name), await alice.can_write(bob.name)]
    assert routes[0] == routes[1], f"two routes: {routes}"
    story.tell(f"both: accepted, and we can write; route: {routes[0]}")


async def talk(alice: Person, bob: Person, story: Story, pictures: Path) -> None:
    """Say something both ways, lose it, and leave."""
    for writer, reader, text in (
        (alice, bob, "Hi Bob. Nobody keeps this."),
        (bob, alice, "Hi Alice. Not even we."),
    ):
        await _say(writer, reader, text, story)
    short = "This goes five seconds after you saw it."
    await _say(alice, bob, short, story, _SHORT_S)
    await _save_pictures(alice, bob, pictures, "talking")
    await bob.loses(short)
    await alice.loses(short)
    story.tell("both: its timer has run out, and it is gone")
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
    story.tell(f"{writer.name} to {reader.name}: {text}")
    await writer.was_seen(text)
    story.tell(f"{writer.name}: {reader.name} has seen it")


async def _save_pictures(alice: Person, bob: Person, folder: Path, moment: str) -> None:
    for person in (alice, bob):
        path = await person.picture(folder / f"{person.name}-{moment}.png")
        if path is not None:
            print(f"{'':10}  picture: {path}", flush=True)

"""The real window in a process of its own, and what its person sees."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.demo.__main__ import by_lines, by_windows
from tests.demo.people import PersonOfWindow
from tests.demo.stage import Stage, stage
from tests.journeys import screens
from tests.journeys.programs import Client, Server
from tests.journeys.screens import Screen
from tests.journeys.windows import Seen, Window

GONE_S = 16.0


@pytest.mark.parametrize("front_end", [by_lines, by_windows])
async def test_the_demonstration(
    front_end: Callable[[Stage], Awaitable[None]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POW_BITS", "10")
    async with stage(tmp_path) as on:
        await front_end(on)


class MakeWindow:
    """Shows windows, each of which is gone in the end."""

    def __init__(self, folder: Path, server: Server, ends: AsyncExitStack) -> None:
        self._folder = folder
        self._server = server
        self._ends = ends

    async def __call__(self, name: str, **environment: str) -> PersonOfWindow:
        window = Window(self._folder / f"{name}.window", self._server.url, environment)
        self._ends.push_async_callback(window.close)
        person = PersonOfWindow(name, await window.start())
        await person.claim_name()
        return person


@pytest.fixture
def show(tmp_path: Path, server: Server, ends: AsyncExitStack) -> MakeWindow:
    return MakeWindow(tmp_path, server, ends)


@pytest_asyncio.fixture
async def ann(show: MakeWindow, bob: Client) -> PersonOfWindow:
    """Ann's window, in which she talks to bob."""
    person = await show("ann")
    await person.look_up("bob")
    await person.ask("bob")
    await bob.do("accept", request=(await bob.event("request"))["request"])
    await person.can_write("bob")
    await bob.event("open")
    return person


async def test_the_other_side_is_killed_and_the_window_says_what_happened(
    ann: PersonOfWindow, bob: Client
) -> None:
    await ann.write("Are you there?")
    await ann.was_seen("Are you there?")
    await bob.stop(signal.SIGKILL)
    said = await ann.window.sees("over.sentence", bound_s=GONE_S)
    assert "Nothing came from" in said["text"]
    assert "for 15 seconds, so Whisp ended the conversation." in said["text"]
    assert await ann.holds() == []


async def test_a_window_that_is_killed_leaves_nothing(ann: PersonOfWindow, bob: Client) -> None:
    await ann.write("Are you there?")
    await bob.event("message")
    await ann.window.stop(signal.SIGKILL)
    assert (await bob.event("closed", bound_s=GONE_S))["why"] == "lost"
    assert (await bob.do("history", peer="ann"))["history"] == []


@pytest.mark.parametrize("how", ["window", "signal"])
async def test_a_window_that_closes_says_goodbye(
    ann: PersonOfWindow, bob: Client, how: str
) -> None:
    if how == "window":
        assert await ann.window.close_window() == 0
    else:
        assert await ann.window.stop(signal.SIGTERM) == 0
    assert (await bob.event("closed", bound_s=3))["why"] == "left"


async def test_what_is_too_long_is_refused_in_words_and_stays(
    ann: PersonOfWindow, bob: Client
) -> None:
    await ann.window.paste("composer.text", "x" * 12_001)
    await ann.window.click("composer.send")
    said = await ann.window.sees("composer.trouble", lambda seen: bool(seen["text"]))
    assert said["text"].endswith(".")
    assert (await ann.window.sees("composer.text"))["text"] == "x" * 12_001
    await ann.window.order("press", name="composer.text", key="Key_Backspace")
    await ann.window.click("composer.send")
    assert (await bob.event("message"))["text"] == "x" * 12_000


async def test_harmful_characters_are_shown_harmlessly(ann: PersonOfWindow, bob: Client) -> None:
    text = "<b>bold</b> \u202eevil\u202c \x1b[2J \u2066x\u2069 end"
    await bob.do("send", peer="ann", text=text)
    await ann.reads("end")
    spoken = (await ann.window.rows("messages.list"))[-1]
    assert "<b>bold</b>" in spoken
    await bob.event("delivered")
    await ann.write("still here")
    assert (await bob.event("message"))["text"] == "still here"


async def test_a_restarted_window_has_the_same_identity(ann: PersonOfWindow, bob: Client) -> None:
    number = (await bob.do("look_up", name="ann"))["safety_number"]
    assert await ann.window.close_window() == 0
    await bob.event("closed")
    await ann.window.start()
    await ann.window.type("unlock.passphrase", "wrong", enter=True)
    await ann.window.says("That passphrase did not work.")
    await ann.window.type("unlock.passphrase", ann.window.passphrase, enter=True)
    assert (await ann.window.sees("own.name"))["text"] == "ann"
    await ann.is_reachable()
    assert (await bob.do("look_up", name="ann"))["safety_number"] == number


async def test_a_server_that_is_away_is_said_to_be(
    ann: PersonOfWindow, bob: Client, server: Server
) -> None:
    await server.stop()
    said = await ann.window.sees("server.sentence")
    assert said["text"].startswith("The server does not answer. Open conversations go on.")
    await ann.write("Can you still read me?")
    await bob.event("message", text="Can you still read me?")
    await server.start()
    await ann.is_reachable()


@pytest_asyncio.fixture
async def screen(ends: AsyncExitStack) -> Screen:
    """An X server, for keys that xdotool presses: what a person really does."""
    if screens.missing():
        pytest.skip(f"not installed: {screens.missing()}")
    started = Screen()
    ends.push_async_callback(started.close)
    return await started.start()


@pytest_asyncio.fixture
async def keyed(show: MakeWindow, bob: Client, screen: Screen) -> PersonOfWindow:
    """Ann's window on that server, in which she talks to bob."""
    person = await show("ann", **screen.environment)
    await screen.activate("Whisp")
    await person.window.click("find.field")
    await screen.type("bob")
    await screen.press("Return")
    await person.ask("bob")
    await bob.do("accept", request=(await bob.event("request"))["request"])
    await person.can_write("bob")
    return person


async def test_a_window_among_others_takes_real_keys(
    keyed: PersonOfWindow, bob: Client, screen: Screen, tmp_path: Path
) -> None:
    person = keyed
    await person.window.click("composer.text")
    await screen.type("Typed with keys.")
    await screen.press("Return")
    assert (await bob.event("message"))["text"] == "Typed with keys."
    await bob.do("send", peer="ann", text="Read with eyes.")
    await person.reads("Read with eyes.")
    await bob.event("seen")
    await person.picture(tmp_path / "ann.png")
    await asyncio.gather(person.leave(), bob.event("closed"))


async def test_escape_closes_what_opened_last_and_gives_the_focus_back(
    keyed: PersonOfWindow, bob: Client, screen: Screen
) -> None:
    window = keyed.window
    await window.click("composer.text")
    await screen.type("Kept ")
    for key, inside in (("ctrl+t", "timer.5"), ("ctrl+w", "conversation.stay")):
        await screen.press(key)
        await window.sees(inside)
        await screen.press("Escape")
        await window.misses(inside)
    await screen.press("ctrl+t")
    await window.sees("timer.5")
    await screen.press("ctrl+w")
    await window.sees("conversation.stay")
    await window.misses("timer.5")
    await screen.press("Escape")
    await window.misses("conversation.stay")
    await screen.press("Escape")
    await screen.type("words.")
    await screen.press("Return")
    assert (await bob.event("message"))["text"] == "Kept words."


def _row(words: str) -> Callable[[Seen], bool]:
    return lambda seen: words in [row["accessible"] for row in seen["rows"]]


async def test_somebody_is_compared_blocked_and_unblocked_with_real_keys(
    keyed: PersonOfWindow, bob: Client, screen: Screen
) -> None:
    window = keyed.window
    number = (await bob.do("safety", name="ann"))["safety_number"]
    await window.click("composer.text")
    await screen.press("ctrl+i")
    await window.sees("safety.digits")
    await screen.press("Escape")
    await window.misses("safety.digits")
    await screen.type("Is it you")
    await window.sees("composer.text", lambda seen: seen["text"] == "Is it you")
    await screen.press("ctrl+i")
    shown = await window.sees("safety.digits", lambda seen: bool(seen["description"]))
    assert "".join(filter(str.isdigit, shown["description"])) == number
    await window.sees("safety.match", lambda seen: seen["enabled"])
    for _ in range(4):  # from the cross over the digits, *Scan* and *They differ*
        await screen.press("Tab")
    await screen.press("Return")
    await window.misses("safety.match")
    await window.sees("people.list", _row("bob, verified, talking"))
    await window.click("conversation.more")
    for key in ("Up", "Return"):  # the last row of the menu
        await screen.press(key)
    await window.sees("person.blockYes")
    for key in ("Tab", "Return"):
        await screen.press(key)
    assert (await bob.event("closed"))["why"] == "left"
    await window.sees("people.list", _row("bob, verified, blocked"))
    await window.order("click_row", name="people.list", row=1)
    for key in ("Up", "Return"):
        await screen.press(key)
    await window.sees("people.list", _row("bob, verified, offline"))

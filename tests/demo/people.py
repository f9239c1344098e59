"""What a person of the demonstration does, in front of either front end."""

import re
from pathlib import Path
from typing import Any, Protocol

from tests.journeys.programs import BOUND_S, Client, Line
from tests.journeys.windows import Seen, Window


class Person(Protocol):
    """Somebody in front of a window or of lines. Each method ends when it has really happened.

    Safety numbers are 60 digits; a passphrase is that of the vault, None where there is a keychain.
    """

    name: str

    async def claim_name(self) -> str:
        """Make an account; return where its keys are kept."""

    async def look_up(self, name: str) -> str:
        """Find somebody; return the safety number with them."""

    async def ask(self, name: str) -> None:
        """Ask for a conversation, after `look_up`."""

    async def is_asked(self) -> tuple[str, str]:
        """Wait for a request; return who asks, and the safety number with them."""

    async def accept(self) -> None:
        """Say yes to it."""

    async def can_write(self, name: str) -> str:
        """Wait until the conversation is open; return its route."""

    async def write(self, text: str, lifetime_s: int | None = None) -> None:
        """Send a text."""

    async def reads(self, text: str) -> None:
        """Wait until it is there."""

    async def was_seen(self, text: str) -> None:
        """Wait until an own text is known to have been seen."""

    async def loses(self, text: str) -> None:
        """Wait until the text is gone."""

    async def leave(self) -> None:
        """End the conversation."""

    async def is_left(self) -> str:
        """Wait until the conversation is over; return what is said of it."""

    async def holds(self) -> list[str]:
        """Return the texts that are still there, in no order."""

    async def picture(self, path: Path) -> Path | None:
        """Save what it looks like, where there is something to be seen."""

    async def close(self) -> None:
        """End the program and see that it ended well."""


class PersonOfLines:
    """In front of `whisp headless`."""

    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self._client = client
        self._peer = ""
        self._request = ""
        self._messages: dict[str, str] = {}

    async def claim_name(self) -> str:
        """Make an account."""
        return str((await self._client.sign_up(self.name))["key_store"])

    async def look_up(self, name: str) -> str:
        """Find somebody."""
        return str((await self._client.do("look_up", name=name))["safety_number"])

    async def ask(self, name: str) -> None:
        """Ask."""
        await self._client.do("ask", name=name)

    async def is_asked(self) -> tuple[str, str]:
        """Wait for a request."""
        heard = await self._client.event("request")
        self._request = heard["request"]
        return heard["name"], heard["safety_number"]

    async def accept(self) -> None:
        """Say yes."""
        await self._client.do("accept", request=self._request)

    async def can_write(self, name: str) -> str:
        """Wait for `open`."""
        self._peer = name
        return str((await self._client.event("open", peer=name))["route"])

    async def write(self, text: str, lifetime_s: int | None = None) -> None:
        """Send a text."""
        lifetime = {} if lifetime_s is None else {"lifetime_s": lifetime_s}
        sent = await self._client.do("send", peer=self._peer, text=text, **lifetime)
        self._messages[text] = sent["message"]

    async def reads(self, text: str) -> None:
        """Wait for `message`."""
        self._messages[text] = (await self._event("message", text=text))["message"]

    async def was_seen(self, text: str) -> None:
        """Wait for `seen`."""
        await self._event("seen", message=self._messages[text])

    async def loses(self, text: str) -> None:
        """Wait for `gone`."""
        await self._event("gone", message=self._messages[text], why="expired")

    async def leave(self) -> None:
        """Leave."""
        await self._client.do("leave", peer=self._peer)

    async def is_left(self) -> str:
        """Wait for `closed`."""
        return str((await self._event("closed"))["why"])

    async def holds(self) -> list[str]:
        """Ask for the history."""
        history = (await self._client.do("history", peer=self._peer))["history"]
        return [entry["text"] for entry in history]

    async def picture(self, path: Path) -> Path | None:
        """There is nothing to be seen."""

    async def close(self) -> None:
        """Close its input."""
        status = await self._client.end_input()
        assert status == 0, f"exit status {status}"

    async def _event(self, kind: str, **fields: Any) -> Line:
        return await self._client.event(kind, peer=self._peer, **fields)


class PersonOfWindow:
    """In front of the window, whose widgets are used as with a mouse and a keyboard."""

    def __init__(self, name: str, window: Window) -> None:
        self.name = name
        self.window = window

    async def claim_name(self) -> str:
        """Go through the first run, to the left column of the main window."""
        window = self.window
        await window.click("firstRun.next")
        await window.type("firstRun.username", self.name)
        await window.click("firstRun.next")
        kept = await self._keep_keys()
        await window.clicks_until("firstRun.next", "own.name")
        await self.is_reachable()
        return kept

    async def is_reachable(self) -> None:
        """Wait until the foot of the window says that the server is there."""
        await self.window.sees("server.word", _says("Server reached"))

    async def _keep_keys(self) -> str:
        window = self.window
        keychain = await window.sees("firstRun.keychain")
        if await window.order("look", name="firstRun.passphrase") is None:
            return str(keychain["text"]).partition(".")[0]
        for field in ("firstRun.passphrase", "firstRun.passphraseAgain"):
            await window.type(field, window.passphrase)
        await window.click("firstRun.next")
        return "passphrase"

    async def look_up(self, name: str) -> str:
        """Type the name into the field."""
        await self.window.type("find.field", name, enter=True)
        return _digits(await self.window.sees("find.safety"))

    async def ask(self, name: str) -> None:
        """Press the button under the safety number."""
        assert await self.window.sees("find.name", _says(name))
        await self.window.click("find.ask")

    async def is_asked(self) -> tuple[str, str]:
        """Open the request in the list."""
        seen = await self.window.sees("people.list", lambda each: _request_row(each) is not None)
        row = _request_row(seen)
        assert await self.window.order("click_row", name="people.list", row=row)
        heading = await self.window.sees("request.heading")
        return _name_in(heading["text"]), _digits(await self.window.sees("request.safety"))

    async def accept(self) -> None:
        """Press Accept."""
        await self.window.click("request.accept")

    async def can_write(self, name: str) -> str:
        """Wait for the composer; the route stands in the header."""
        await self.window.sees("composer.text", lambda seen: bool(seen["enabled"]))
        header = await self.window.hears("Conversation with")
        assert name in header
        [route] = {"direct", "relayed"} & set(header.split(", "))
        return route

    async def write(self, text: str, lifetime_s: int | None = None) -> None:
        """Type it and press Enter."""
        if lifetime_s is not None:
            await self.window.click("composer.timer")
            await self.window.click("Next message")
            await self.window.click(f"{lifetime_s} seconds")
        await self.window.type("composer.text", text, enter=True)
        await self._sees_row(text)

    async def reads(self, text: str) -> None:
        """Wait for its row."""
        await self._sees_row(text)

    async def was_seen(self, text: str) -> None:
        """Wait for its row to say so."""
        await self._sees_row(text, "Seen.")

    async def loses(self, text: str) -> None:
        """Wait until its row is gone."""
        await self.window.sees(
            "messages.list", lambda seen: not [row for row in _spoken(seen) if text in row]
        )

    async def leave(self) -> None:
        """Press Leave, and once more in the bubble."""
        await self.window.click("conversation.leave")
        await self.window.click("conversation.leaveYes")

    async def is_left(self) -> str:
        """Read what the pane says."""
        return str(
            (await self.window.sees("over.sentence", lambda seen: bool(seen["text"])))["text"]
        )

    async def holds(self) -> list[str]:
        """Look for all messages in its process."""
        held: list[str] = await self.window.order("held")
        return held

    async def picture(self, path: Path) -> Path | None:
        """Save what the window looks like."""
        await self.window.picture(path)
        return path

    async def close(self) -> None:
        """Close the window."""
        status = await self.window.close_window()
        assert status == 0, f"exit status {status}"

    async def _sees_row(self, text: str, mark: str = "", bound_s: float = BOUND_S) -> None:
        await self.window.sees(
            "messages.list",
            lambda seen: any(text in row and mark in row for row in _spoken(seen)),
            bound_s,
        )


def _says(words: str) -> Any:
    return lambda seen: words in seen["text"]


def _spoken(seen: Seen) -> list[str]:
    return [row.get("accessible", "") for row in seen["rows"]]


def _request_row(people: Seen) -> int | None:
    rows = enumerate(_spoken(people))
    return next((row for row, words in rows if "wants to talk" in words), None)


def _name_in(heading: str) -> str:
    """Names stand in marks that keep their direction to themselves."""
    found = re.search("\u2068(.*)\u2069", heading)
    return found[1] if found else heading.split(maxsplit=1)[0]


def _digits(safety: Seen) -> str:
    return re.sub(r"\D", "", safety["description"] or safety["text"])

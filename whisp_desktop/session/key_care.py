"""A node's care for its keys: the profile opens, and they stay where they are kept."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session.commands import ChoosePassphrase, Command, Unlock
from whisp_desktop.session.device_commands import ChangePassphrase, MoveKeys, SetAside
from whisp_desktop.session.events import Event, Notice
from whisp_desktop.vault.key_moves import KeyMoves
from whisp_desktop.vault.profile import Profile, ProfileState

_SAY_AFTER_S = 2.0
_BETWEEN_LOOKS_S = 15.0
_AFTER_REFUSAL_S = 600.0
"""To write into a keychain may ask a person, who must not be asked again and again."""
_LAST_LOOK_S = 1.0

KeyCommand = Unlock | ChoosePassphrase | ChangePassphrase | MoveKeys | SetAside


class KeyCare:
    """`trouble` is why the profile is not open, where setting something aside is a way out."""

    def __init__(self, profile: Profile, tell: Callable[[Event], None]) -> None:
        self._profile = profile
        self._tell = tell
        self.trouble: RefusedError | None = None

    async def open(self) -> None:
        """Open the profile; say so if that takes its time. RefusedError where it has to end."""
        opening = asyncio.create_task(asyncio.to_thread(self._profile.open))
        await asyncio.wait((opening,), timeout=_SAY_AFTER_S)
        if not opening.done():
            say = "The keychain has not answered yet. If it asks you something, answer it."
            self._tell(Notice("keychain_waiting", say))
        try:
            await opening
        except RefusedError as refused:
            if not self._profile.can_be_set_aside:
                raise
            self.trouble = refused
            self._tell(Notice(refused.code, refused.say))

    def check(self, command: Command[Any]) -> None:
        """Refuse everything but the way out while there is trouble."""
        if self.trouble is not None and not isinstance(command, SetAside):
            raise self.trouble

    async def do(self, command: KeyCommand) -> str | None:
        """Do what can be done about the keys; passphrases are wiped. RefusedError."""
        match command:
            case Unlock(passphrase=passphrase):
                with passphrase:
                    await asyncio.to_thread(self._profile.unlock, passphrase)
            case ChoosePassphrase(passphrase=passphrase):
                with passphrase:
                    await asyncio.to_thread(self._profile.choose, passphrase)
            case ChangePassphrase(old=old, new=new):
                with old, new:
                    await asyncio.to_thread(self._moves().change_passphrase, old, new)
            case MoveKeys():
                return await self._move(command)
            case SetAside():
                name = await asyncio.to_thread(self._profile.set_aside)
                self.trouble = None
                return name
        return None

    async def _move(self, command: MoveKeys) -> str:
        with command.passphrase or Secret(b"") as passphrase:
            moves = self._moves()
            match command.to:
                case "keychain":
                    await asyncio.to_thread(moves.to_keychain)
                case "passphrase":
                    await asyncio.to_thread(moves.to_file, passphrase)
                case _:
                    say = "Keys can be moved to “keychain” or “passphrase”."
                    raise RefusedError("bad_field", say)
        return self._profile.key_store

    def _moves(self) -> KeyMoves:
        if self._profile.state is not ProfileState.OPEN:
            raise RefusedError("no_keys", "There are no keys here yet, or Whisp is locked.")
        return self._profile.moves

    async def watch(self) -> None:
        """Look again and again whether the keychain still has the keys, and put them back.

        What a move has left is destroyed once a start: a keychain that is locked asks each time.
        """
        is_tidy = False
        while True:
            await asyncio.sleep(_BETWEEN_LOOKS_S)
            if not is_tidy and self._profile.state is ProfileState.OPEN:
                is_tidy = True
                await asyncio.to_thread(self._profile.moves.tidy)
            if not await self._look():
                await asyncio.sleep(_AFTER_REFUSAL_S)

    async def look_at_last(self) -> None:
        """Look once more, not for long: whoever closes Whisp wants to open it again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_LOOK_S):
                await self._look()
        self._profile.stop_waiting()

    async def _look(self) -> bool:
        """Return whether the keys are there, as far as is known."""
        if self._profile.state is not ProfileState.OPEN:
            return True
        try:
            were_lost = await asyncio.to_thread(self._profile.moves.tend)
        except RefusedError as refused:
            if refused.code != "entry_lost":
                return True
            self._tell(Notice(refused.code, refused.say))
            return False
        if were_lost:
            say = "The keychain had lost your keys. Whisp has put them back."
            self._tell(Notice("keys_put_back", say))
        return True

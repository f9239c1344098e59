"""One's own server: signing in, proof of work, and the frames that a conversation begins with."""

from collections.abc import Callable, Iterable
from typing import Literal

from whisp_desktop.config import is_development
from whisp_desktop.protocol.certificates import login_signature
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.keys import BundleId
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING
from whisp_desktop.protocol.server_messages import (
    Announce,
    AnnouncedId,
    Answer,
    ByName,
    Found,
    Knock,
    LookUpId,
    LookUpName,
    MailboxOk,
    MailboxOpen,
    MailboxSend,
    Publish,
    Request,
    ServerFrame,
    Watch,
    Why,
    Withdraw,
    Work,
)
from whisp_desktop.session.account import OwnKeys, Papers
from whisp_desktop.session.bundle_stock import Offer
from whisp_desktop.session.mailbox import Box
from whisp_desktop.session.work import prove
from whisp_desktop.transport.ice import IcePolicy
from whisp_desktop.transport.server_api import Login, ServerApi, Token
from whisp_desktop.transport.server_errors import ServerRefusedError, server_unreachable
from whisp_desktop.transport.server_link import ServerLink, ServerListener

_ANSWER_S = 10.0
_SEQ = 1
"""Replaced by the link, which counts."""

_VERSION = 1
_LAST_EPOCH = 2**32 - 1


class HomeServer:
    """The server at one URL, and this device's socket to it once `run` is called.

    solving -- told how far the work for this server is, from 0 to 1
    """

    def __init__(self, url: str, solving: Callable[[float], None]) -> None:
        self.api = ServerApi(url)
        self._solving = solving
        self._link: ServerLink | None = None
        self._token: Token | None = None
        self.has_relay = False
        self.hosts: tuple[str, ...] = (self.api.host,)

    # Before there is an account

    async def check(self) -> None:
        """Ask what this server is. RefusedError if it does not answer or is not for this Whisp."""
        parameters = await self.api.parameters()
        if parameters.version != _VERSION:
            raise RefusedError(
                "server_version",
                f"This server speaks version {parameters.version}, this Whisp version {_VERSION}.",
            )
        if self.api.host not in parameters.hosts:
            raise RefusedError(
                "server_host",
                "This server goes by another name. Ask who runs it for the right one.",
            )
        self.has_relay = parameters.turn
        self.hosts = parameters.hosts

    async def work(self, binding: bytes) -> Work:
        """Do the proof of work for `binding`, 32 bytes; cancelling stops it."""
        challenge = await self.api.challenge()
        return Work(challenge, await prove(challenge, binding, self._solving))

    async def name_free(self, username: str) -> bool:
        """Ask whether a username is free; it costs work."""
        work = await self.work(sha256(username.encode("ascii")))
        return await self.api.name_free(username, work)

    async def sign_up(self, keys: OwnKeys, papers: Papers) -> None:
        """Register the account. RefusedError `taken` where the name or the key is known."""
        work = await self.work(sha256(papers.card.whole))
        self._token = await self.api.sign_up(
            papers.card.whole,
            papers.cert.whole,
            papers.manifest.whole,
            work,
            await self._login(keys),
        )

    async def knows(self, keys: OwnKeys) -> bool:
        """Whether this very device is registered there."""
        try:
            self._token = await self._sign_in(keys)
        except RefusedError as refused:
            if refused.code == "bad_proof":
                return False
            raise
        return True

    async def renew(self, keys: OwnKeys, papers: Papers) -> str:
        """Bring a renewed certificate; return the username that the server has.

        RefusedError `stale` (with the epoch that the server holds) where it is not newer.
        """
        self._token, username = await self.api.renew_device(
            papers.cert.whole, papers.manifest.whole, await self._login(keys)
        )
        return username

    async def recover(self, keys: OwnKeys, host: str, now: int) -> Papers:
        """Sign new papers for a device that the server knows, though its book was lost here.

        RefusedError `stale` where the server holds the last epoch, or names a second one.
        """
        epoch = 1
        try:
            username = await self._take_up(keys, host, now, epoch)
        except ServerRefusedError as refused:
            if refused.epoch is None or not epoch <= refused.epoch < _LAST_EPOCH:
                raise
            epoch = refused.epoch + 1
            username = await self._take_up(keys, host, now, epoch)
        return Papers.sign(keys, username, host, now=now, epoch=epoch)

    async def _take_up(self, keys: OwnKeys, host: str, now: int, epoch: int) -> str:
        """Bring papers without a name; return the name that the server has."""
        return await self.renew(keys, Papers.sign(keys, "unknown", host, now=now, epoch=epoch))

    async def revoke(self, statements: bytes) -> None:
        """Bring revocations; it costs work."""
        await self.api.revoke(statements, await self.work(sha256(statements)))

    async def _login(self, keys: OwnKeys) -> Login:
        challenge = await self.api.challenge()
        return Login(challenge, login_signature(keys.device.signing, self.api.host, challenge))

    # The socket

    async def run_as_guest(self, listener: ServerListener) -> None:
        """Keep a guest's socket open, for mailboxes alone, until cancelled."""

        async def become_guest() -> Token:
            return await self.api.guest_token(await self.work(GUEST_BINDING))

        self._link = ServerLink(self.api, become_guest, listener)
        await self._link.run()

    async def run(
        self,
        keys: OwnKeys,
        papers: Callable[[], Papers],
        listener: ServerListener,
        refused: Callable[[RefusedError], None],
    ) -> None:
        """Keep this device's socket open until cancelled; `refused` hears why it cannot be.

        A server that does not know the device is brought its papers.
        """

        async def sign_in() -> Token:
            try:
                await self.check()
                if not await self.knows(keys):
                    await self._bring(keys, papers())
                return await self._sign_in(keys)
            except RefusedError as error:
                refused(error)
                raise

        self._link = ServerLink(self.api, sign_in, listener)
        await self._link.run()

    async def _bring(self, keys: OwnKeys, papers: Papers) -> None:
        try:
            await self.renew(keys, papers)
        except ServerRefusedError as refused:
            if refused.code != "stale":
                raise
            say = "Your account goes on without this device. Add it from another, in a new profile."
            raise RefusedError("left_out", say) from None

    def retry(self) -> None:
        """Try the socket at once, where the next try is still waited for."""
        if self._link is not None:
            self._link.retry()

    async def _sign_in(self, keys: OwnKeys) -> Token:
        """Use what sign-up gave, once; else a login."""
        token, self._token = self._token, None
        return token or await self.api.token(keys.device.device_id, await self._login(keys))

    async def publish(self, by_name: ByName, offer: Offer) -> None:
        """Put bundles into the two pools."""
        await self._ask(
            Publish(
                seq=_SEQ,
                by_name=by_name,
                stranger_bundles=offer.strangers,
                contact_bundles=offer.contacts,
            )
        )

    async def announce(self, ids: Iterable[bytes], left_s: int) -> None:
        """Let contacts see this device under these ids for a while."""
        announced = tuple(AnnouncedId(each, left_s, 0) for each in ids)
        await self._ask(Announce(seq=_SEQ, ids=announced))

    async def watch(self, ids: Iterable[bytes]) -> None:
        """Hear of contacts by these ids."""
        watched = tuple(ids)
        await self._ask(Watch(seq=_SEQ, ids=watched))

    async def look_up_name(self, username: str) -> Found | None:
        """Return who answers under this name, None for nobody; it costs work."""
        work = await self.work(sha256(username.encode("ascii")))
        answer = await self._ask(LookUpName(seq=_SEQ, name=username, work=work))
        return answer if isinstance(answer, Found) else None

    async def look_up_id(self, rendezvous_id: bytes) -> Found | None:
        """Return the devices of the contact whose id this is, None if it is not here."""
        answer = await self._ask(LookUpId(seq=_SEQ, id=rendezvous_id))
        return answer if isinstance(answer, Found) else None

    async def knock(self, bundle: BundleId, m1: bytes, work: Work | None) -> None:
        """Bring m1 to the owner of a bundle; nobody says whether it came."""
        await self._ask(Knock(seq=_SEQ, bundle_id=bundle, m1=m1, proof=work))

    async def answer(self, knock: bytes, m2: bytes) -> None:
        """Bring m2 to whoever knocked."""
        await self._ask(Answer(seq=_SEQ, knock=knock, m2=m2))

    async def withdraw(self, bundle: BundleId, why: Why) -> None:
        """Take a knock back."""
        await self._ask(Withdraw(seq=_SEQ, bundle_id=bundle, why=why))

    @property
    def pin(self) -> bytes | None:
        """SHA-256 of the server's TLS key, as this device's socket sees it; None without TLS."""
        return self._link.pin if self._link else None

    async def open_mailbox(self, size: Literal[4, 8]) -> Box:
        """Open a mailbox with a number of 4 digits, or a name of 8 bytes, for five minutes."""
        answer = await self._ask(MailboxOpen(seq=_SEQ, size=size))
        assert isinstance(answer, MailboxOk)
        return answer.box

    async def put_mail(self, box: Box, frame: bytes) -> None:
        """Put a frame of 2048 bytes into a mailbox. RefusedError `forbidden`: not now, or never."""
        await self._ask(MailboxSend(seq=_SEQ, box=box, frame=frame))

    async def ice(self, *, stranger: bool) -> IcePolicy:
        """Return the ways to a person: to a stranger the relay alone, where there is to be one.

        A server that says so and then gives none must not uncover a network address.
        """
        token = self._link.token if self._link else None
        relay = await self.api.turn(token) if self.has_relay and token else None
        return IcePolicy(
            relay_only=stranger and self.has_relay,
            servers=() if relay is None else (relay,),
            development=is_development(),
        )

    async def _ask(self, request: Request) -> ServerFrame:
        if self._link is None:
            raise server_unreachable()
        return await self._link.ask(request, _ANSWER_S)

    async def close(self) -> None:
        """Close every connection to the server."""
        await self.api.close()

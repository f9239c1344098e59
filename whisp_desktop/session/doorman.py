"""Who knocks at our door: m1 in, a request shown, m2 out after a yes (WHK1, B's side)."""

import asyncio
import secrets
import time
from collections.abc import Callable

from whisp_desktop.chat.admission import Admitted, How, Knock, decide
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.handshake import Responder
from whisp_desktop.protocol.keys import BundleId, encapsulate
from whisp_desktop.protocol.safety_number import safety_number
from whisp_desktop.protocol.server_messages import ByName, Ended, Knocked, Spent, Why
from whisp_desktop.session.asking import ANSWER_S, Askings
from whisp_desktop.session.bundle_stock import REFRESH_S, BundleStock, Offer
from whisp_desktop.session.commands import RequestId
from whisp_desktop.session.conversations import Conversations
from whisp_desktop.session.desk import Desk
from whisp_desktop.session.events import (
    Connecting,
    Notice,
    Requested,
    RequestEnd,
    RequestGone,
    SessionEnd,
    Step,
)
from whisp_desktop.session.namesake import turn_away
from whisp_desktop.session.peer import Peer
from whisp_desktop.session.request import Request
from whisp_desktop.session.session import Session
from whisp_desktop.session.siblings import Siblings
from whisp_desktop.transport.endpoint import webrtc_loaded
from whisp_desktop.transport.peer_link import PeerLink

_TRY_AGAIN_S = 15.0
_BUNDLE_ID_AT = slice(1, 9)
_ENDED = {
    Why.WITHDRAWN: RequestEnd.WITHDRAWN,
    Why.ANSWERED_ELSEWHERE: RequestEnd.ANSWERED_ELSEWHERE,
}


class Doorman:
    """Opens m1s, shows whoever may ask, and answers for the person who said yes."""

    def __init__(
        self, desk: Desk, conversations: Conversations, askings: Askings, siblings: Siblings
    ) -> None:
        self._desk = desk
        self._siblings = siblings
        self._conversations = conversations
        self._askings = askings
        self._stock = BundleStock(desk.keys.device, secrets.token_bytes)
        self._requests: dict[RequestId, Request] = {}
        self._answering: dict[bytes, Session] = {}
        self._is_refused = False

    # Bundles

    async def keep_published(self, published: Callable[[], None]) -> None:
        """Have fresh bundles at the server, until cancelled; tell when it has taken them."""
        while True:
            if await self._publish(self._stock.fill(int(time.time()))):
                published()
                await asyncio.sleep(REFRESH_S)
            else:
                await asyncio.sleep(_TRY_AGAIN_S)

    async def _publish(self, offer: Offer) -> bool:
        """Bring it to the server; whether it was taken. A refusal is told once."""
        by_name = ByName(self._desk.circle.visibility.by_name)
        try:
            await self._desk.server.publish(by_name, offer)
        except RefusedError as refused:
            if refused.code != "server_unreachable" and not self._is_refused:
                self._is_refused = True
                say = "The server did not take what others need to reach you."
                self._desk.tell(Notice("not_published", f"{say} Is the clock right here?"))
            return False
        self._is_refused = False
        return True

    async def _publish_instead(self, offer: Offer) -> None:
        await self._publish(offer)

    def spent(self, message: Spent) -> None:
        """Put another bundle in the place of one that was handed out."""
        offer = self._stock.replace(BundleId(message.bundle_id), int(time.time()))
        if offer is not None:
            self._desk.spawn(self._publish_instead(offer))

    # Knocks

    def knocked(self, message: Knocked) -> None:
        """Take a knock. Whatever is wrong with it: silence, and the bundle stays."""
        now = int(time.time())
        bundle = self._stock.get(BundleId(message.m1[_BUNDLE_ID_AT]), now)
        if bundle is None:
            return
        try:
            responder = Responder.read(
                message.m1,
                bundle=bundle,
                device=self._desk.keys.device,
                cert=self._desk.papers.cert,
                psk=None,
                now=now,
            )
        except PeerError:
            return
        if responder.cert.account_key == self._desk.papers.cert.account_key:
            if self._siblings.knocked(message.knock, responder):
                self._stock.consume(bundle.bundle.bundle_id)
            return
        try:
            admitted = self._admit(message, responder, now)
        except PeerError:
            admitted = None
        if admitted is None:
            responder.close()
            return
        self._stock.consume(bundle.bundle.bundle_id)
        self._receive(message, responder, admitted)

    def _admit(self, message: Knocked, responder: Responder, now: int) -> Admitted | None:
        self._desk.circle.standing(responder.cert.account_key).admit(responder.cert, now)
        strangers = sum(request.how is not How.CONTACT for request in self._requests.values())
        return decide(
            Knock(message.username, responder.cert, responder.card, with_code=False),
            contacts=self._desk.circle.book.contacts,
            own_device=self._desk.keys.device.device_id,
            by_name=self._desk.circle.visibility.by_name,
            waiting_strangers=strangers,
        )

    def _receive(self, message: Knocked, responder: Responder, admitted: Admitted) -> None:
        name = admitted.contact.petname if admitted.contact else responder.card.username
        if admitted.same_name is not None:
            responder.close()
            turn_away(self._desk, responder.card, admitted.same_name)
            return
        asking = self._askings.named(name)
        if asking is not None and asking.has_knocked and self._ours_counts(responder):
            responder.close()
            return
        older = self.waiting(name)
        if older is not None:
            self._drop(older.id, RequestEnd.WITHDRAWN)
        request = self._keep(message.knock, name, responder, admitted)
        if asking is not None:
            self._desk.tell(Connecting(name, Step.AGREEING))
            self._desk.spawn(self._answer(request, asking.yield_session()))
        else:
            self._show(request)

    def _ours_counts(self, responder: Responder) -> bool:
        """Of two knocks that cross, the one of the smaller device id counts (protocol: WHK1)."""
        return self._desk.keys.device.device_id < responder.cert.device_id

    def _keep(self, knock: bytes, name: str, responder: Responder, admitted: Admitted) -> Request:
        id_ = RequestId(secrets.token_hex(8))
        contact = admitted.contact
        peer = Peer(
            cert=responder.cert,
            username=responder.card.username,
            hosts=responder.card.hosts,
            card=responder.card,
            statements=contact.statements if contact else b"",
            verified=contact is not None and contact.verified,
        )
        timer = asyncio.get_running_loop().call_later(ANSWER_S, self._drop, id_, RequestEnd.EXPIRED)
        request = Request(id_, knock, name, admitted.how, responder, peer, timer)
        self._requests[id_] = request
        return request

    def _show(self, request: Request) -> None:
        self._desk.spawn(webrtc_loaded())  # so that Accept need not wait for it
        account_key = request.peer.cert.account_key
        self._desk.tell(
            Requested(
                request=request.id,
                name=request.name,
                account_key=account_key.hex(),
                safety_number=safety_number(self._desk.papers.cert.account_key, account_key),
                how=request.how,
                expires_at=time.monotonic() + ANSWER_S,
            )
        )

    def ended(self, message: Ended) -> None:
        """Drop a request that was taken back, or that another device of ours has answered.

        If it was accepted already, nobody comes to the conversation any more.
        """
        answering = self._answering.get(message.knock)
        if answering is not None:
            answering.end(SessionEnd.LEFT)
        for request in self._requests.values():
            if request.knock == message.knock:
                self._drop(request.id, _ENDED[message.why])
                return

    def _drop(self, id_: RequestId, why: RequestEnd) -> None:
        self._take(id_).responder.close()
        self._desk.tell(RequestGone(id_, why))

    # What the person says

    def waiting(self, name: str) -> Request | None:
        """Return the request of somebody who waits already."""
        return next((each for each in self._requests.values() if each.name == name), None)

    def asker(self, id_: RequestId) -> str:
        """Return the name of whoever waits. RefusedError `no_such_request`."""
        return self._known(id_).name

    def accept(self, id_: RequestId) -> None:
        """Say yes: from here on the other side hears of us. RefusedError `no_such_request`."""
        request = self._known(id_)
        self._desk.tell(Connecting(request.name, Step.AGREEING))
        self._desk.spawn(self._answer(request, self._conversations.begin(request.name)))

    def decline(self, id_: RequestId) -> None:
        """Say nothing, and forget what the knock shared. RefusedError `no_such_request`."""
        self._take(id_).responder.close()

    def block(self, id_: RequestId) -> None:
        """Decline, and never hear of this account again. RefusedError `no_such_request`."""
        request = self._take(id_)
        request.responder.close()
        peer = request.peer
        self._desk.circle.block(peer.cert.account_key, peer.username, peer.hosts)

    def forget(self, name: str) -> None:
        """Drop the request of somebody who waits, if they do: it cannot be answered any more."""
        request = self.waiting(name)
        if request is not None:
            self._drop(request.id, RequestEnd.EXPIRED)

    def close(self) -> None:
        """Forget every request and every private half of a bundle, as on going offline."""
        for id_ in tuple(self._requests):
            self._drop(id_, RequestEnd.EXPIRED)
        self._stock.close()

    def _known(self, id_: RequestId) -> Request:
        if id_ not in self._requests:
            raise RefusedError("no_such_request", "That request is no longer there.")
        return self._requests[id_]

    def _take(self, id_: RequestId) -> Request:
        request = self._known(id_)
        del self._requests[id_]
        request.timer.cancel()
        return request

    async def _answer(self, request: Request, session: Session) -> None:
        """Reach the asker, send m2, and open the session or end it."""
        self._take(request.id)
        self._answering[request.knock] = session
        cert = request.peer.cert
        try:
            self._desk.circle.standing(cert.account_key).admit(cert, int(time.time()))
            link = await PeerLink.answer(
                request.responder.route,
                await self._desk.server.ice(stranger=request.how is not How.CONTACT),
                session,
            )
            if session.is_ended:
                link.close()
                return
            m2, agreement = request.responder.write(link.route, secrets.token_bytes, encapsulate)
            self._desk.tell(Connecting(request.name, Step.CONNECTING))
            self._desk.spawn(self._desk.server.answer(request.knock, m2))
            await session.open(request.peer, link, agreement)
        except PeerError:
            session.end(SessionEnd.UNREACHABLE)
        except RefusedError as refused:
            self._desk.tell(Notice(refused.code, refused.say))
            no_relay = refused.code == "no_relay"
            session.end(SessionEnd.NO_RELAY if no_relay else SessionEnd.UNREACHABLE)
        except Exception:
            session.end(SessionEnd.UNREACHABLE)
            raise
        finally:
            del self._answering[request.knock]
            request.responder.close()

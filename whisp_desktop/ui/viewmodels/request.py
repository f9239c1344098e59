"""Somebody who wants to talk, and the answer."""

import math
import time
from collections.abc import Callable, Coroutine

from PySide6.QtCore import QObject, QTimer, Signal

from whisp_desktop.chat.admission import How
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.session.commands import Accept, Block, Decline
from whisp_desktop.session.events import Event, Requested, RequestEnd, RequestGone
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.names import in_sentence
from whisp_desktop.ui.viewmodels.errands import Errands


class RequestViewModel(QObject):
    """One request of somebody else.

    trouble -- why the last answer could not be given
    over -- why there is nothing left to answer, else empty
    """

    changed = Signal()
    accepted = Signal()
    answered = Signal()
    """It was declined or blocked."""

    def __init__(
        self,
        bridge: Bridge,
        asked: Requested,
        contact: ContactEntry | None = None,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._clock = clock
        self._errands = Errands()
        self._contact = contact
        self._total_s = max(1.0, asked.expires_at - clock())
        self.asked = asked
        self.trouble = ""
        self.over = ""
        self.busy = False
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count)
        self._tick.start()
        bridge.event.connect(self._hear)

    @property
    def heading(self) -> str:
        """Who asks."""
        return self.tr("{name} wants to talk").format(name=in_sentence(self.asked.name))

    @property
    def acquaintance(self) -> str:
        """Whether they are known here."""
        if self._contact is None:
            return self.tr("First time. You have not talked before.")
        return self.tr("A contact of yours.")

    @property
    def verified(self) -> bool:
        """Whether their safety number was compared."""
        return self._contact is not None and self._contact.verified

    @property
    def way(self) -> tuple[str, str]:
        """How they found this account: a heading and a sentence."""
        match self.asked.how:
            case How.NAME:
                return (
                    self.tr("Typed your exact username"),
                    self.tr("You can be found by username. No friend code was used."),
                )
            case How.FRIEND_CODE:
                return (
                    self.tr("Used a friend code"),
                    self.tr("You gave out this code. It works only once."),
                )
            case How.CONTACT:
                return (
                    self.tr("One of your contacts"),
                    self.tr("No username and no friend code was needed."),
                )

    @property
    def did_work(self) -> bool:
        """Whether the other computer had to work for this request."""
        return self.asked.how is not How.CONTACT

    @property
    def caution(self) -> str:
        """What is not known while the number has not been compared."""
        return self.tr(
            "This may not be the {name} you know. Anybody can take a username."
            " Until you compare the number, Whisp shows {mark}."
        ).format(name=in_sentence(self.asked.name), mark=self.mark)

    @property
    def mark(self) -> str:
        """What Whisp shows beside the name until then."""
        return self.tr("Not verified")

    @property
    def seconds_left(self) -> int:
        """Whole seconds until it ends."""
        return max(0, math.ceil(self.asked.expires_at - self._clock()))

    @property
    def share_left(self) -> float:
        """From 1 down to 0."""
        left = (self.asked.expires_at - self._clock()) / self._total_s
        return min(1.0, max(0.0, left))

    def accept(self) -> None:
        """Say yes."""
        self._begin(self._accept())

    def decline(self) -> None:
        """Say nothing: nothing is sent."""
        self._begin(self._refuse(Decline(self.asked.request)))

    def block(self) -> None:
        """Say nothing, and never hear of this account again."""
        self._begin(self._refuse(Block(self.asked.request)))

    def end(self) -> None:
        """Stop counting: nobody looks at it any more."""
        self._tick.stop()
        self._errands.cancel()

    def _begin(self, errand: Coroutine[object, object, None]) -> None:
        if self.busy or self.over:
            errand.close()
            return
        self.busy, self.trouble = True, ""
        self.changed.emit()
        self._errands.start(errand)

    async def _accept(self) -> None:
        try:
            await self._bridge.do(Accept(self.asked.request))
        except RefusedError as refused:
            self._say(refused)
        else:
            self._tick.stop()
            self.accepted.emit()

    async def _refuse(self, command: Decline | Block) -> None:
        try:
            await self._bridge.do(command)
        except RefusedError as refused:
            self._say(refused)
        else:
            self._tick.stop()
            self.answered.emit()

    def _say(self, refused: RefusedError) -> None:
        self.busy, self.trouble = False, refused.say
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if not isinstance(event, RequestGone) or event.request != self.asked.request or self.over:
            return
        self._tick.stop()
        name = in_sentence(self.asked.name)
        match event.why:
            case RequestEnd.WITHDRAWN:
                self.over = self.tr("{name} no longer wants to talk.").format(name=name)
            case RequestEnd.ANSWERED_ELSEWHERE:
                self.over = self.tr("You answered on another device.")
            case RequestEnd.EXPIRED:
                self.over = self.tr("This request has run out.")
        self.changed.emit()

    def _count(self) -> None:
        if self.seconds_left == 0:
            self._tick.stop()
        self.changed.emit()

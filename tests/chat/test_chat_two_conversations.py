"""Both ends of a conversation, joined by an ordered channel: what one has, the other has or had."""

from collections import deque
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from whisp_desktop.chat.buffer import Message, MessageId, MessageState
from whisp_desktop.chat.conversation import Conversation
from whisp_desktop.chat.happenings import Arrived, Gone, Happening, MessageEnd, ToSend
from whisp_desktop.protocol.message_fields import LIFETIMES_S, PeerMessage
from whisp_desktop.protocol.peer_messages import decode, encode

DAY_S = 86_400


def there(message: MessageId) -> MessageId:
    """Return the id that a message has at the other side."""
    return MessageId(bytes((1 - message[0],)) + message[1:])


class Side:
    """One end: its conversation, what is on the way to it, and what it has had."""

    def __init__(self) -> None:
        ids = count(1)  # the same as the other side has: each has ids of its own
        self.conversation = Conversation(lambda size: next(ids).to_bytes(size, "big"))
        self.inbox: deque[PeerMessage] = deque()
        self.other: Side
        self.had: dict[MessageId, Message] = {}
        self.gone: dict[MessageId, MessageEnd] = {}

    def tell(self, happenings: list[Happening]) -> None:
        for each in happenings:
            match each:
                case ToSend(message):
                    self.other.inbox.append(message)
                case Arrived(message):
                    assert message.id not in self.had
                    self.had[message.id] = message
                case Gone(id_, why):
                    assert id_ not in self.gone
                    assert self.had[id_].text.closed
                    self.gone[id_] = why

    def own(self) -> list[Message]:
        return [each for each in self.conversation.messages if each.mine]


sides = st.integers(0, 1)


class TwoConversations(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.sides = (Side(), Side())
        for side, other in (self.sides, self.sides[::-1]):
            side.other = other

    @rule(side=sides, lifetime_s=st.sampled_from((None, *LIFETIMES_S)), text=st.text(min_size=1))
    def write(self, side: int, lifetime_s: int | None, text: str) -> None:
        words = text.encode(errors="replace").decode()
        writer = self.sides[side]
        written = writer.conversation.write(words, lifetime_s, None, self.now)
        writer.had[written.message.id] = written.message
        writer.tell([*written.evicted, ToSend(written.to_send)])
        writer.conversation.mark_sent(written.message.id)

    @rule(side=sides, frames=st.integers(1, 5))
    def hear(self, side: int, frames: int) -> None:
        reader = self.sides[side]
        for _ in range(min(frames, len(reader.inbox))):
            message = decode(*encode(reader.inbox.popleft()))
            assert message is not None
            reader.tell(reader.conversation.take(message, self.now))

    @rule(side=sides, newest=st.integers(1, 4))
    def look(self, side: int, newest: int) -> None:
        reader = self.sides[side]
        shown = [each.id for each in reader.conversation.messages[-newest:]]
        reader.tell(reader.conversation.mark_seen(shown, self.now))

    @rule(side=sides, choice=st.integers(0, 50))
    def delete(self, side: int, choice: int) -> None:
        writer = self.sides[side]
        if own := writer.own():
            writer.tell(writer.conversation.delete(own[choice % len(own)].id))

    @rule(side=sides, lifetime_s=st.sampled_from(LIFETIMES_S))
    def choose_lifetime(self, side: int, lifetime_s: int) -> None:
        self.sides[side].tell(self.sides[side].conversation.set_timer(lifetime_s))

    @rule(seconds=st.sampled_from((0.1, 4.9, 5.0, 60.0, 3_600.0, 86_400.0)))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        for side in self.sides:
            side.tell(list(side.conversation.expire(self.now)))

    @invariant()
    def nothing_outlives_its_time(self) -> None:
        for side in self.sides:
            assert side.conversation.next_expiry is None or side.conversation.next_expiry > self.now
            for each in side.conversation.messages:
                assert not each.text.closed
                assert (each.expires_at is not None) == (
                    each.state is MessageState.SEEN and each.lifetime_s > 0
                )
                if each.lifetime_s:
                    ends_at = (
                        each.created_at + DAY_S if each.expires_at is None else each.expires_at
                    )
                    assert ends_at > self.now

    @invariant()
    def a_copy_says_what_was_written(self) -> None:
        for side in self.sides:
            for copy in side.conversation.messages:
                if not copy.mine:
                    original = side.other.had[there(copy.id)]
                    assert copy.lifetime_s == original.lifetime_s
                    assert original.text.closed or original.text.read() == copy.text.read()

    @invariant()
    def a_seen_copy_goes_no_later_than_what_was_written(self) -> None:
        for side in self.sides:
            for original in side.own():
                if (
                    original.expires_at is not None
                    and side.other.gone.get(there(original.id)) is None
                ):
                    copy = side.other.had[there(original.id)]
                    assert copy.expires_at is not None
                    assert copy.expires_at <= original.expires_at

    def teardown(self) -> None:
        while any(side.inbox for side in self.sides):
            for number in range(2):
                self.hear(number, 100)
        for side in self.sides:
            for id_, why in side.gone.items():
                if why is MessageEnd.DELETED:
                    assert side.other.gone[there(id_)] in (MessageEnd.DELETED, MessageEnd.EXPIRED)
            lasting = {id_ for id_, each in side.had.items() if each.lifetime_s == 0}
            theirs = side.other.had.items()
            assert lasting == {there(i) for i, each in theirs if each.lifetime_s == 0}
            side.tell(list(side.conversation.close()))
            assert side.gone.keys() == side.had.keys()


TestTwoConversations = TwoConversations.TestCase
TestTwoConversations.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

"""What one writes, what comes, what is seen and what goes."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.fakes.fake_clock import FakeClock
from whisp_desktop.chat.buffer import Message, MessageId, MessageState
from whisp_desktop.chat.conversation import MOST_USED_IDS, Conversation
from whisp_desktop.chat.happenings import (
    Arrived,
    Delivered,
    Gone,
    Happening,
    MessageEnd,
    NotSent,
    Seen,
    StateChanged,
    TimerChanged,
    TimerStarted,
    ToSend,
    TypingChanged,
)
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.peer_messages import (
    Bye,
    ByeReason,
    Delete,
    Receipt,
    State,
    Text,
    Timer,
    Typing,
)

DAY_S = 86_400
THEIRS = MessageId(b"\0theirs-1")
NOBODYS = MessageId(b"\0nobody's")
DELIVERED, SEEN = 1, 2


def numbers() -> Callable[[int], bytes]:
    """Random bytes that a test can foretell: 1, 2, 3 …"""
    counter = count(1)
    return lambda size_bytes: next(counter).to_bytes(size_bytes, "big")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(numbers())


def write(
    conversation: Conversation, clock: FakeClock, text: str = "hi", lifetime_s: int | None = None
) -> Message:
    return conversation.write(text, lifetime_s, None, clock()).message


def receive(
    conversation: Conversation, clock: FakeClock, id_: MessageId = THEIRS, lifetime_s: int = 0
) -> Message:
    happenings = conversation.take(Text(id_[1:], lifetime_s, None, b"hello"), clock())
    return next(each.message for each in happenings if isinstance(each, Arrived))


def show(
    conversation: Conversation, clock: FakeClock, *, mine: int, theirs: int
) -> list[Happening]:
    happenings = conversation.declare(State(1, 0, 0, mine, False))
    return happenings + conversation.take(State(1, 0, 0, theirs, False), clock())


class TestWriting:
    def test_the_message_is_kept_and_to_be_sent(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        written = conversation.write("hi 你", 5, None, clock())
        message = written.message
        assert message.mine
        assert message.text.read() == "hi 你"
        assert message.state is MessageState.SENDING
        assert (message.created_at, message.expires_at) == (clock(), None)
        assert written.to_send == Text(message.id[1:], 5, None, "hi 你".encode())
        assert written.evicted == ()
        assert conversation.messages == (message,)

    def test_ids_are_new_and_not_zero(self, clock: FakeClock) -> None:
        drawn = iter([bytes(8), b"A" * 8, b"A" * 8, b"B" * 8])
        conversation = Conversation(lambda _size_bytes: next(drawn))
        assert write(conversation, clock).id == b"\1" + b"A" * 8
        assert write(conversation, clock).id == b"\1" + b"B" * 8

    def test_the_default_lifetime_counts_unless_another_is_given(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        assert write(conversation, clock).lifetime_s == 0
        conversation.set_timer(60)
        assert write(conversation, clock).lifetime_s == 60
        assert write(conversation, clock, lifetime_s=5).lifetime_s == 5
        assert write(conversation, clock, lifetime_s=0).lifetime_s == 0

    def test_a_reply_points_at_either_sides_message(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own, theirs = write(conversation, clock), receive(conversation, clock)
        for each in (own, theirs):
            written = conversation.write("yes", None, each.id, clock())
            assert written.message.reply_to == each.id
            assert written.to_send.reply_to == each.id[1:]

    def test_a_reply_to_what_has_gone_points_at_nothing(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        written = conversation.write("yes", None, NOBODYS, clock())
        assert written.message.reply_to is None
        assert written.to_send.reply_to is None

    @pytest.mark.parametrize(
        ("text", "lifetime_s", "code"),
        [("", None, "text_empty"), ("x" * 12_001, None, "text_too_long"), ("x", 7, "bad_lifetime")],
    )
    def test_what_is_refused_changes_nothing(
        self,
        conversation: Conversation,
        clock: FakeClock,
        text: str,
        lifetime_s: int | None,
        code: str,
    ) -> None:
        with pytest.raises(RefusedError) as refusal:
            conversation.write(text, lifetime_s, None, clock())
        assert refusal.value.code == code
        assert conversation.messages == ()

    def test_sent_is_noted_once(self, conversation: Conversation, clock: FakeClock) -> None:
        message = write(conversation, clock)
        conversation.mark_sent(message.id)
        assert message.state is MessageState.SENT
        conversation.take(Receipt(DELIVERED, (message.id[1:],)), clock())
        conversation.mark_sent(message.id)
        assert message.state is MessageState.DELIVERED
        conversation.mark_sent(NOBODYS)

    def test_the_oldest_goes_first_and_is_told(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        oldest = receive(conversation, clock, lifetime_s=5)
        for _ in range(499):
            assert conversation.write("x", None, None, clock()).evicted == ()
        written = conversation.write("x", None, None, clock())
        assert written.evicted == (Gone(oldest.id, MessageEnd.EVICTED),)
        assert oldest.text.closed
        assert conversation.next_expiry is None
        happenings = conversation.take(Text(NOBODYS, 0, None, b"x"), clock())
        assert isinstance(happenings[0], Gone)
        assert isinstance(happenings[1], Arrived)


class TestReceipts:
    def test_delivered_and_seen_are_told_once(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = write(conversation, clock)
        delivered, seen = Receipt(DELIVERED, (message.id[1:],)), Receipt(SEEN, (message.id[1:],))
        assert conversation.take(delivered, clock()) == [Delivered(message.id)]
        assert conversation.take(delivered, clock()) == []
        assert conversation.take(seen, clock()) == [Seen(message.id, shown=False)]
        assert message.state is MessageState.SEEN
        assert conversation.take(seen, clock()) == []
        assert conversation.take(delivered, clock()) == []
        assert message.state is MessageState.SEEN

    def test_only_ids_of_the_readers_own_messages_count(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        theirs = receive(conversation, clock, lifetime_s=5)
        for what in (DELIVERED, SEEN):
            assert conversation.take(Receipt(what, (NOBODYS[1:], theirs.id[1:])), clock()) == []
        assert theirs.state is MessageState.RECEIVED
        assert theirs.expires_at is None

    def test_one_receipt_may_name_many_and_one_twice(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        one, two = write(conversation, clock), write(conversation, clock)
        receipt = Receipt(SEEN, (one.id[1:], two.id[1:], one.id[1:]))
        assert conversation.take(receipt, clock()) == [
            Seen(one.id, shown=False),
            Seen(two.id, shown=False),
        ]

    @pytest.mark.parametrize("mine", [0, 1, 2, 3])
    @pytest.mark.parametrize("theirs", [0, 1, 2, 3])
    def test_seen_shows_where_both_sides_have_the_bit(
        self, conversation: Conversation, clock: FakeClock, mine: int, theirs: int
    ) -> None:
        show(conversation, clock, mine=mine, theirs=theirs)
        message = write(conversation, clock)
        shown = bool(mine & theirs & 2)
        happenings = conversation.take(Receipt(SEEN, (message.id[1:],)), clock())
        assert happenings == [Seen(message.id, shown=shown)]

    def test_an_own_timer_starts_when_seen_arrives(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = write(conversation, clock, lifetime_s=5)
        clock.pass_s(100)
        happenings = conversation.take(Receipt(SEEN, (message.id[1:],)), clock())
        assert happenings == [
            Seen(message.id, shown=False),
            TimerStarted(message.id, clock() + 5),
        ]
        assert conversation.next_expiry == message.expires_at == clock() + 5


class TestArriving:
    def test_a_message_is_kept_and_its_delivery_told(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        happenings = conversation.take(Text(THEIRS[1:], 60, None, "你".encode()), clock())
        (message,) = conversation.messages
        assert happenings == [Arrived(message), ToSend(Receipt(DELIVERED, (THEIRS[1:],)))]
        assert not message.mine
        assert message.state is MessageState.RECEIVED
        assert message.text.read() == "你"
        assert (message.lifetime_s, message.reply_to) == (60, None)
        assert (message.created_at, message.expires_at) == (clock(), None)

    def test_a_reply_keeps_its_target_whatever_has_become_of_it(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        conversation.take(Text(THEIRS[1:], 0, NOBODYS[1:], b"x"), clock())
        assert conversation.messages[0].reply_to == NOBODYS

    def test_an_id_that_was_used_before_is_ignored(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        receive(conversation, clock)
        assert conversation.take(Text(THEIRS[1:], 0, None, b"other"), clock()) == []
        conversation.take(Delete((THEIRS[1:],)), clock())
        assert conversation.take(Text(THEIRS[1:], 0, None, b"other"), clock()) == []
        assert conversation.messages == ()

    def test_each_side_has_ids_of_its_own(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own = write(conversation, clock)
        theirs = receive(conversation, clock, MessageId(b"\0" + own.id[1:]))
        assert conversation.messages == (own, theirs)
        conversation.take(Delete((own.id[1:],)), clock())
        assert conversation.messages == (own,)

    def test_a_reply_to_an_id_of_both_sides_means_ours(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own = write(conversation, clock)
        receive(conversation, clock, MessageId(b"\0" + own.id[1:]))
        conversation.take(Text(NOBODYS[1:], 0, own.id[1:], b"x"), clock())
        assert conversation.messages[-1].reply_to == own.id

    def test_the_memory_of_ids_is_bounded(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        for number in range(1, MOST_USED_IDS + 2):
            receive(conversation, clock, MessageId(b"\0" + number.to_bytes(8, "little")))
        assert len(conversation._used_ids) == MOST_USED_IDS
        second = Text((2).to_bytes(8, "little"), 0, None, b"x")
        assert conversation.take(second, clock()) == []

    def test_other_kinds_are_passed_over(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        assert conversation.take(Bye(ByeReason.LEFT), clock()) == []


class TestSeeing:
    def test_a_timer_starts_and_the_receipt_leaves_whatever_the_marks_say(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = receive(conversation, clock, lifetime_s=5)
        clock.pass_s(9)
        assert conversation.mark_seen([message.id], clock()) == [
            ToSend(Receipt(SEEN, (message.id[1:],))),
            TimerStarted(message.id, clock() + 5),
        ]
        assert message.state is MessageState.SEEN
        assert message.expires_at == clock() + 5

    def test_without_a_lifetime_no_timer_starts(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = receive(conversation, clock)
        happenings = conversation.mark_seen([message.id], clock())
        assert happenings == [ToSend(Receipt(SEEN, (message.id[1:],)))]
        assert message.expires_at is None
        assert conversation.next_expiry is None

    def test_own_gone_and_already_seen_ones_are_passed_over(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own, theirs = write(conversation, clock), receive(conversation, clock)
        conversation.mark_seen([theirs.id], clock())
        assert conversation.mark_seen([own.id, theirs.id, NOBODYS], clock()) == []

    def test_many_go_into_frames_of_256(self, conversation: Conversation, clock: FakeClock) -> None:
        ids = [MessageId(b"\0" + number.to_bytes(8, "little")) for number in range(1, 401)]
        for id_ in ids:
            receive(conversation, clock, id_)
        assert conversation.mark_seen(ids, clock()) == [
            ToSend(Receipt(SEEN, tuple(each[1:] for each in ids[:256]))),
            ToSend(Receipt(SEEN, tuple(each[1:] for each in ids[256:]))),
        ]


class TestExpiring:
    @pytest.mark.parametrize("lifetime_s", [5, 60, 3_600, 86_400])
    def test_a_seen_message_goes_at_its_instant(
        self, conversation: Conversation, clock: FakeClock, lifetime_s: int
    ) -> None:
        message = receive(conversation, clock, lifetime_s=lifetime_s)
        conversation.mark_seen([message.id], clock())
        assert conversation.expire(clock.pass_s(lifetime_s - 0.001)) == []
        assert conversation.expire(clock.pass_s(0.001)) == [Gone(message.id, MessageEnd.EXPIRED)]
        assert message.text.closed
        assert conversation.messages == ()
        assert conversation.next_expiry is None

    def test_unseen_messages_with_a_lifetime_go_a_day_after_they_were_sent_or_came(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own = write(conversation, clock, lifetime_s=5)
        clock.pass_s(1)
        theirs = receive(conversation, clock, lifetime_s=60)
        conversation.take(Receipt(DELIVERED, (own.id[1:],)), clock())
        assert conversation.next_expiry == own.created_at + DAY_S
        assert conversation.expire(own.created_at + DAY_S) == [Gone(own.id, MessageEnd.EXPIRED)]
        assert conversation.expire(theirs.created_at + DAY_S) == [
            Gone(theirs.id, MessageEnd.EXPIRED)
        ]

    def test_a_day_runs_from_seen_even_if_that_was_late(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = receive(conversation, clock, lifetime_s=DAY_S)
        conversation.mark_seen([message.id], clock.pass_s(DAY_S - 1))
        assert conversation.expire(clock.pass_s(DAY_S - 1)) == []
        assert conversation.expire(clock.pass_s(1)) == [Gone(message.id, MessageEnd.EXPIRED)]

    def test_messages_without_a_lifetime_stay(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        write(conversation, clock)
        receive(conversation, clock)
        assert conversation.next_expiry is None
        assert conversation.expire(clock.pass_s(10 * DAY_S)) == []

    def test_a_receipt_for_what_has_gone_does_nothing(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = write(conversation, clock, lifetime_s=5)
        conversation.expire(clock.pass_s(DAY_S))
        assert conversation.take(Receipt(SEEN, (message.id[1:],)), clock()) == []


class TestDeleting:
    def test_an_own_message_goes_on_both_sides(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        message = write(conversation, clock, lifetime_s=5)
        assert conversation.delete(message.id) == [
            ToSend(Delete((message.id[1:],))),
            Gone(message.id, MessageEnd.DELETED),
        ]
        assert message.text.closed
        assert conversation.next_expiry is None

    def test_what_has_gone_or_is_not_ones_own_is_refused(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        theirs = receive(conversation, clock)
        for id_, code in ((theirs.id, "not_yours"), (NOBODYS, "no_such_message")):
            with pytest.raises(RefusedError) as refusal:
                conversation.delete(id_)
            assert refusal.value.code == code
        assert conversation.messages == (theirs,)

    def test_they_can_delete_theirs_alone(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own, theirs = write(conversation, clock), receive(conversation, clock, lifetime_s=5)
        delete = Delete((own.id[1:], NOBODYS[1:], theirs.id[1:], theirs.id[1:]))
        assert conversation.take(delete, clock()) == [Gone(theirs.id, MessageEnd.DELETED)]
        assert theirs.text.closed
        assert conversation.next_expiry is None
        assert conversation.messages == (own,)


class TestDefaultLifetime:
    def test_it_changes_for_both(self, conversation: Conversation, clock: FakeClock) -> None:
        assert conversation.set_timer(60) == [ToSend(Timer(60)), TimerChanged(60, mine=True)]
        assert conversation.take(Timer(5), clock()) == [TimerChanged(5, mine=False)]
        assert conversation.lifetime_s == 5

    def test_it_is_sent_again_where_it_is_the_same(self, conversation: Conversation) -> None:
        conversation.set_timer(60)
        assert ToSend(Timer(60)) in conversation.set_timer(60)

    def test_a_wrong_one_is_refused(self, conversation: Conversation) -> None:
        conversation.set_timer(60)
        with pytest.raises(RefusedError):
            conversation.set_timer(61)
        assert conversation.lifetime_s == 60


class TestDeclaring:
    def test_a_state_is_sent_at_first_and_when_it_changes(self, conversation: Conversation) -> None:
        state = State(1, 0, 0, 3, False)
        assert conversation.declare(state) == [ToSend(state)]
        assert conversation.declare(state) == []
        away = State(1, 0, 0, 3, True)
        assert conversation.declare(away) == [ToSend(away)]

    def test_theirs_is_told_when_it_changes(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        state = State(2, 2, 1, 0, False)
        assert conversation.take(state, clock()) == [StateChanged(state)]
        assert conversation.take(state, clock()) == []


class TestTyping:
    @pytest.mark.parametrize("mine", [0, 1, 2, 3])
    @pytest.mark.parametrize("theirs", [0, 1, 2, 3])
    def test_it_is_sent_and_shown_where_both_have_the_bit(
        self, conversation: Conversation, clock: FakeClock, mine: int, theirs: int
    ) -> None:
        show(conversation, clock, mine=mine, theirs=theirs)
        both = bool(mine & theirs & 1)
        assert conversation.set_typing(typing=True) == [ToSend(Typing(on=True))] * both
        assert conversation.take(Typing(on=True), clock()) == [TypingChanged(typing=True)] * both

    def test_before_both_have_declared_nothing_is_sent(self, conversation: Conversation) -> None:
        conversation.declare(State(1, 0, 0, 3, False))
        assert conversation.set_typing(typing=True) == []

    def test_only_changes_count(self, conversation: Conversation, clock: FakeClock) -> None:
        show(conversation, clock, mine=1, theirs=1)
        assert conversation.set_typing(typing=False) == []
        assert conversation.set_typing(typing=True) != []
        assert conversation.set_typing(typing=True) == []
        assert conversation.set_typing(typing=False) == [ToSend(Typing(on=False))]
        assert conversation.take(Typing(on=False), clock()) == []
        assert conversation.take(Typing(on=True), clock()) != []
        assert conversation.take(Typing(on=True), clock()) == []

    def test_a_message_ends_it(self, conversation: Conversation, clock: FakeClock) -> None:
        show(conversation, clock, mine=1, theirs=1)
        conversation.take(Typing(on=True), clock())
        happenings = conversation.take(Text(THEIRS[1:], 0, None, b"x"), clock())
        assert happenings[0] == TypingChanged(typing=False)

    def test_it_ends_when_either_side_hides_it(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        show(conversation, clock, mine=1, theirs=1)
        conversation.take(Typing(on=True), clock())
        conversation.set_typing(typing=True)
        hidden = State(1, 0, 0, 0, False)
        assert conversation.declare(hidden) == [ToSend(hidden), TypingChanged(typing=False)]
        show(conversation, clock, mine=1, theirs=3)
        assert conversation.set_typing(typing=True) == [ToSend(Typing(on=True))]
        conversation.take(Typing(on=True), clock())
        assert conversation.take(hidden, clock()) == [
            StateChanged(hidden),
            TypingChanged(typing=False),
        ]


class TestClosing:
    def test_every_text_is_wiped_and_told(
        self, conversation: Conversation, clock: FakeClock
    ) -> None:
        own, theirs = write(conversation, clock), receive(conversation, clock, lifetime_s=5)
        conversation.mark_seen([theirs.id], clock())
        delivered, seen = write(conversation, clock), write(conversation, clock)
        conversation.take(Receipt(DELIVERED, (delivered.id[1:],)), clock())
        conversation.take(Receipt(SEEN, (seen.id[1:],)), clock())
        sent = write(conversation, clock)
        conversation.mark_sent(sent.id)
        assert conversation.close() == [
            NotSent(own.id),
            NotSent(sent.id),
            Gone(own.id, MessageEnd.LEFT),
            Gone(theirs.id, MessageEnd.LEFT),
            Gone(delivered.id, MessageEnd.LEFT),
            Gone(seen.id, MessageEnd.LEFT),
            Gone(sent.id, MessageEnd.LEFT),
        ]
        assert own.text.closed
        assert theirs.text.closed
        assert conversation.messages == ()
        assert conversation.next_expiry is None
        assert conversation.close() == []

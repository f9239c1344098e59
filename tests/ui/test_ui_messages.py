"""The model of messages: rows over buffers that others close, and what is said of them."""

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.fakes.fake_clock import FakeClock
from whisp_desktop.chat.buffer import MOST_MESSAGES, MessageText
from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui.viewmodels.lifetimes import goes_in, long_lifetime, short_lifetime, time_left
from whisp_desktop.ui.viewmodels.messages import Mark, MessageList, MessageRow

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def messages(clock: FakeClock) -> MessageList:
    model = MessageList(clock)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tester.setParent(model)
    return model


def row(number: int, words: str = "Hi", *, mine: bool = False, lifetime_s: int = 0) -> MessageRow:
    message = MessageId(f"{number:016x}")
    mark = Mark.SENDING if mine else Mark.RECEIVED
    return MessageRow(message, mine, "Bob", MessageText(words.encode()), lifetime_s, 0.0, mark)


def test_nothing_is_there_before_the_first_line(messages: MessageList) -> None:
    assert messages.rowCount() == 0
    messages.open("You are both here since 14:02.")
    assert messages.rowCount() == 1
    assert messages.index(0).data(SPOKEN) == "You are both here since 14:02."
    assert messages.row_at(messages.index(0)) is None


def test_rows_show_no_text_to_anybody_but_screen_readers(messages: MessageList) -> None:
    messages.open("Both here.")
    messages.add(row(1, "the lease"))
    index = messages.index(1)
    for role in Qt.ItemDataRole:
        if role not in (SPOKEN, Qt.ItemDataRole.UserRole):
            assert index.data(role) is None
    assert "the lease" in index.data(SPOKEN)


def test_the_model_holds_buffers_and_never_their_words(messages: MessageList) -> None:
    messages.open("Both here.")
    message = row(1, "the lease")
    messages.add(message)
    message.text.close()
    assert messages.index(1).data(SPOKEN) == ""


def test_at_most_500_messages_stay(messages: MessageList) -> None:
    messages.open("Both here.")
    for number in range(MOST_MESSAGES + 3):
        messages.add(row(number))
    assert len(messages.rows) == MOST_MESSAGES
    assert messages.rowCount() == MOST_MESSAGES + 1
    assert messages.rows[0].message == f"{3:016x}"


def test_a_message_that_is_here_is_not_added_again(messages: MessageList) -> None:
    messages.open("Both here.")
    messages.add(row(1))
    messages.add(row(1))
    assert len(messages.rows) == 1


@pytest.mark.parametrize(
    ("mark", "said"),
    [(Mark.SENDING, "Sending."), (Mark.DELIVERED, "Delivered."), (Mark.SEEN, "Seen.")],
)
def test_a_screen_reader_hears_who_when_what_and_how_far(
    messages: MessageList, mark: Mark, said: str
) -> None:
    messages.open("Both here.")
    mine = row(1, "Good.", mine=True)
    messages.add(mine)
    messages.mark(mine.message, mark)
    assert messages.index(1).data(SPOKEN) == f"You, {mine.time_of_day}: Good. {said}"


def test_a_screen_reader_hears_when_it_goes(messages: MessageList, clock: FakeClock) -> None:
    messages.open("Both here.")
    theirs = row(1, "Hi Alice.", lifetime_s=3600)
    messages.add(theirs)
    messages.start_timer(theirs.message, clock.now + 49 * 60)
    spoken = messages.index(1).data(SPOKEN)
    assert spoken == f"Bob, {theirs.time_of_day}: Hi Alice. Goes in 49 minutes."


def test_a_row_goes_without_its_words_and_cannot_be_chosen(messages: MessageList) -> None:
    messages.open("Both here.")
    theirs = row(1, "the lease")
    messages.add(theirs)
    told: list[int] = []
    messages.going.connect(lambda index: told.append(index.row()))
    messages.let_go(theirs.message)
    messages.let_go(theirs.message)
    assert told == [1]
    index = messages.index(1)
    assert index.data(SPOKEN) == ""
    assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    messages.drop(theirs.message)
    assert messages.rowCount() == 1


def test_what_is_not_here_changes_nothing(messages: MessageList) -> None:
    messages.open("Both here.")
    nobody = MessageId("f" * 16)
    messages.mark(nobody, Mark.SEEN)
    messages.start_timer(nobody, 1.0)
    messages.let_go(nobody)
    messages.drop(nobody)
    assert messages.rowCount() == 1


def test_everything_is_dropped_at_once(messages: MessageList) -> None:
    messages.open("Both here.")
    for number in range(5):
        messages.add(row(number))
    resets: list[bool] = []
    messages.modelReset.connect(lambda: resets.append(True))
    messages.clear()
    assert messages.rowCount() == 0
    assert resets == [True]


def test_only_running_timers_are_counted(messages: MessageList, clock: FakeClock) -> None:
    messages.open("Both here.")
    for number in range(3):
        messages.add(row(number, lifetime_s=60))
    messages.start_timer(MessageId(f"{1:016x}"), clock.now + 60)
    messages.start_timer(MessageId(f"{2:016x}"), clock.now + 60)
    messages.let_go(MessageId(f"{2:016x}"))
    assert [running.message for running in messages.timers()] == [f"{1:016x}"]


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (0.0, "0 s"),
        (0.2, "1 s"),
        (4.0, "4 s"),
        (59.5, "1 min"),
        (61.0, "1 min"),
        (2950.0, "49 min"),
        (3600.0, "1 h"),
        (86_399.0, "23 h"),
        (86_400.0, "1 day"),
    ],
)
def test_time_left_in_words(left_s: float, words: str) -> None:
    assert time_left(left_s) == words


def test_lifetimes_in_words() -> None:
    assert [short_lifetime(lifetime_s) for lifetime_s in (0, 5, 60, 3600, 86400)] == [
        "Off", "5 s", "1 min", "1 h", "1 day",
    ]  # fmt: skip
    assert long_lifetime(0) == "Until one of us leaves"
    assert long_lifetime(3600) == "1 hour"
    assert [goes_in(left_s) for left_s in (1, 4, 60, 120, 3600, 7200, 86400, 2 * 86400)] == [
        "Goes in 1 second.", "Goes in 4 seconds.", "Goes in 1 minute.", "Goes in 2 minutes.",
        "Goes in 1 hour.", "Goes in 2 hours.", "Goes in 1 day.", "Goes in 2 days.",
    ]  # fmt: skip


def test_it_is_a_list(messages: MessageList) -> None:
    assert isinstance(messages, QAbstractItemModel)
    messages.open("Both here.")
    assert messages.rowCount(messages.index(0)) == 0

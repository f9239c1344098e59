"""The pane of a conversation in each of its states, by its widgets, keys and words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import whisp_desktop.ui
from tests.fakes.patience import until
from tests.ui.fit import faults
from tests.ui.talk import BOB_KEY, Talk, every_state, picture, same, settle
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session import events
from whisp_desktop.session.commands import Leave, RequestId, SetTimer, Withdraw
from whisp_desktop.session.events import NotSent, SessionEnd, Solving, Step
from whisp_desktop.ui import theme
from whisp_desktop.ui.views.conversation_page import LeaveQuestion
from whisp_desktop.ui.views.line import LineState

ISOLATES = str.maketrans("", "", "\u2068\u2069")


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk()
    yield talk
    talk.close()


def said(words: str) -> str:
    return words.translate(ISOLATES)


async def test_the_way_there_is_told_step_by_step(talk: Talk) -> None:
    talk.show()
    page = talk.page.connecting
    assert page.isVisible()
    assert said(page.title.text()) == "Reaching Bob"
    assert [row.heading.text() for row in page.rows] == [
        "Asking", "Agreeing on keys", "Connecting", "Securing",
    ]  # fmt: skip
    assert said(page.rows[0].sentence.text()) == "Waiting for Bob to accept."
    for place, step in enumerate(Step):
        talk.bridge.tell(events.Connecting("Bob", step))
        progress = [row.accessibleName().split(", ")[1] for row in page.rows]
        assert progress == ["done"] * place + ["running"] + ["to come"] * (3 - place)
    assert said(page.rows[0].sentence.text()) == "Bob accepted."
    assert talk.page.line.state == LineState.REACHING
    assert said(talk.page.line.accessibleName()) == "Reaching Bob"


async def test_cancel_withdraws_the_own_request(talk: Talk) -> None:
    talk.view_model.request = RequestId("r1")
    talk.show()
    QTest.mouseClick(talk.page.connecting.cancel, Qt.MouseButton.LeftButton)
    assert talk.bridge.commands == [Withdraw(RequestId("r1"))]
    assert talk.page.connecting.cancel.busy
    closed: list[bool] = []
    talk.page.closed.connect(lambda: closed.append(True))
    talk.bridge.tell(events.Closed("Bob", SessionEnd.LEFT, True))
    assert closed == [True]


async def test_cancel_after_accepting_leaves(talk: Talk) -> None:
    talk.show()
    talk.page.leave()
    assert talk.bridge.commands == [Leave("Bob")]


async def test_a_refused_cancel_can_be_tried_again(talk: Talk) -> None:
    talk.bridge.answers[Leave] = RefusedError("no_session", "There is nothing to leave.")
    talk.show()
    QTest.mouseClick(talk.page.connecting.cancel, Qt.MouseButton.LeftButton)
    await until(lambda: not talk.page.connecting.cancel.busy)
    assert talk.page.connecting.note.text() == "There is nothing to leave."


async def test_the_header_says_what_changes_what_one_writes(talk: Talk) -> None:
    talk.open(3600).show()
    header = talk.page.header
    assert said(header.accessibleName()) == (
        "Conversation with Bob, verified, direct, bob’s computer blocks screenshots, "
        "messages last 1 hour"
    ).replace("bob’s", "Bob’s")
    assert header.route.words == "Direct"
    assert said(header.capture.words) == "Bob’s computer blocks screenshots"
    assert said(header.capture.toolTip()) == (
        "Bob’s Whisp says so. Whisp cannot check it, and a camera can photograph any screen."
    )
    assert header.timer.words == "1 h"
    talk.bridge.tell(events.PeerShields("Bob", "absent", "none", 1))
    assert said(header.capture.words) == "Bob’s computer cannot block screenshots"
    talk.bridge.tell(events.PeerShields("Bob", "best-effort", "none", 1))
    assert said(header.capture.words) == "Bob’s computer blocks some screenshots"


async def test_a_relayed_conversation_says_so(talk: Talk) -> None:
    talk.bridge.tell(events.Opened("Bob", BOB_KEY, "relayed", False, True, 0))
    assert talk.page.header.route.words == "Relayed"
    assert talk.page.header.trust.words == "Not verified"


async def test_the_first_line_and_the_note(talk: Talk) -> None:
    talk.open()
    line = talk.view_model.messages.first_line
    pattern = r"You are both here since \d\d:\d\d\. When either of you leaves, both computers "
    assert re.fullmatch(pattern + r"erase everything below\.", line)
    assert said(talk.page.note.text()) == "Only you and Bob, only while you are both here."


async def test_the_line_is_the_pulse(talk: Talk) -> None:
    talk.open()
    line = talk.page.line
    assert (line.state, line.accessibleName()) == (LineState.BOTH, "Both here")
    talk.bridge.tell(events.Quiet("Bob", True))
    assert (line.state, said(line.accessibleName())) == (LineState.QUIET, "No sign of Bob")
    talk.bridge.tell(events.Quiet("Bob", False))
    assert line.state == LineState.BOTH
    talk.end()
    assert (line.state, said(line.accessibleName())) == (LineState.GONE, "Bob has left")


async def test_typing_is_told_in_the_note(talk: Talk) -> None:
    talk.open()
    talk.bridge.tell(events.TypingChanged("Bob", True))
    assert said(talk.page.note.text()) == "Bob is writing."
    talk.say("Hi.", mine=False)
    talk.bridge.tell(events.TypingChanged("Bob", False))
    assert said(talk.page.note.text()).startswith("Only you and Bob")


ENDINGS = {
    (SessionEnd.LEFT, False): (
        "Bob has left",
        (
            "The conversation and its keys are gone from this computer. Bob’s Whisp erases its "
            "copy too, unless it was tampered with. What was photographed or written down stays."
        ),
    ),
    (SessionEnd.LEFT, True): (
        "You left.",
        (
            "The conversation is gone from this computer. Bob’s Whisp erases its copy when it "
            "notices, within 15 seconds."
        ),
    ),
    (SessionEnd.LOST, False): (
        "Connection to Bob lost",
        (
            "Nothing came from Bob for 15 seconds, so Whisp ended the conversation. It is gone "
            "from this computer."
        ),
    ),
    (SessionEnd.LOCKED, False): ("Whisp was locked", "Conversations ended when it locked."),
    (SessionEnd.NO_ANSWER, False): ("No answer", "Bob did not answer."),
    (SessionEnd.UNREACHABLE, False): ("Bob was not reached", "“Bob” cannot be reached now."),
    (SessionEnd.NO_RELAY, False): (
        "Bob was not reached",
        (
            "The relay did not answer. Your network address stays hidden, so Whisp did not try a "
            "direct path."
        ),
    ),
    (SessionEnd.KEY_CHANGED, False): (
        "Bob’s key is not the one you verified",
        (
            "Either Bob made a new account, or somebody else answers under this name. Whisp cannot "
            "tell which. Ask Bob in another way, not here."
        ),
    ),
    (SessionEnd.PROTOCOL, False): (
        "The conversation ended",
        (
            "Bob’s Whisp sent something that does not fit, so yours ended the conversation. It "
            "is gone from this computer."
        ),
    ),
}


@pytest.mark.parametrize(("why", "by_me"), ENDINGS)
async def test_every_end_is_told_in_its_words(talk: Talk, *, why: SessionEnd, by_me: bool) -> None:
    talk.open().show()
    talk.say("the lease", mine=False)
    talk.page.composer.words.setPlainText("not sent yet")
    talk.end(why, by_me=by_me)
    over = talk.page.over
    assert over.isVisible()
    assert (said(over.title.text()), said(over.words.text())) == ENDINGS[why, by_me]
    assert talk.view_model.messages.rowCount() == 0
    assert talk.page.composer.words.toPlainText() == ""
    assert not talk.page.header.leave.isVisible()
    assert over.again.isVisible() == (why != SessionEnd.KEY_CHANGED)


def test_every_end_has_words() -> None:
    assert {why for why, _ in ENDINGS} == set(SessionEnd)


async def test_the_work_for_a_request_is_told_before_anybody_is_asked(talk: Talk) -> None:
    talk.show()
    row = talk.page.connecting.rows[0]
    talk.bridge.tell(Solving(0.42))
    assert row.sentence.text() == "Your computer works for the request: 42 %."
    before = picture(row.sign)
    talk.bridge.tell(Solving(0.8))
    assert not same(before, picture(row.sign))
    talk.bridge.tell(Solving(1.0))
    assert said(row.sentence.text()) == "Waiting for Bob to accept."
    talk.bridge.tell(Solving(0.5))
    assert said(row.sentence.text()) == "Waiting for Bob to accept."


async def test_what_was_not_sent_is_said_with_its_mark_and_at_the_end(talk: Talk) -> None:
    talk.open(3600).show()
    talk.say("I bring the lease.", mine=True, lifetime_s=3600, mark="delivered")
    message = talk.say("And the key.", mine=True, lifetime_s=3600)
    before = picture(talk.page.messages)
    talk.bridge.tell(NotSent("Bob", message))
    assert not same(before, picture(talk.page.messages))
    spoken = talk.view_model.messages.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(": And the key. Not sent.")
    talk.end(SessionEnd.LOST)
    assert talk.page.over.not_sent.isVisible()
    words = "Not sent. Your last message may not have reached Bob."
    assert said(talk.page.over.not_sent.words.text()) == words
    assert talk.view_model.messages.rowCount() == 0


async def test_the_page_of_the_end_scrolls_where_there_is_no_room() -> None:
    talk = await Talk(360, 440).activate()
    talk.open()
    talk.bridge.tell(NotSent("Bob", talk.say("And the key.", mine=True)))
    talk.end()
    await settle()
    assert faults(talk.page, may_elide=False) == []
    talk.close()


async def test_several_that_were_not_sent_are_counted(talk: Talk) -> None:
    talk.open().show()
    for words in ("one", "two"):
        talk.bridge.tell(NotSent("Bob", talk.say(words, mine=True)))
    talk.end()
    words = "Not sent. Your last 2 messages may not have reached Bob."
    assert said(talk.page.over.not_sent.words.text()) == words


async def test_where_everything_arrived_nothing_is_said_of_it(talk: Talk) -> None:
    talk.open().show()
    talk.say("I bring the lease.", mine=True, mark="delivered")
    talk.end()
    assert talk.page.over.isVisible()
    assert not talk.page.over.not_sent.isVisible()


async def test_a_changed_key_is_told_by_the_chip(talk: Talk) -> None:
    talk.open()
    talk.end(SessionEnd.KEY_CHANGED)
    assert talk.page.header.trust.words == "Key changed"


async def test_the_closed_page_offers_two_ways_on(talk: Talk) -> None:
    talk.open().show()
    talk.end()
    told: list[str] = []
    talk.page.closed.connect(lambda: told.append("closed"))
    talk.page.find_again.connect(lambda: told.append("again"))
    QTest.mouseClick(talk.page.over.again, Qt.MouseButton.LeftButton)
    QTest.mouseClick(talk.page.over.close_button, Qt.MouseButton.LeftButton)
    assert told == ["again", "closed"]


async def test_leaving_asks_once_and_stay_is_the_safe_answer(talk: Talk) -> None:
    talk.open()
    await talk.activate()
    QTest.mouseClick(talk.page.header.leave, Qt.MouseButton.LeftButton)
    question = talk.page.findChild(LeaveQuestion)
    assert said(question.accessibleName()) == (
        "Leave? This computer erases the conversation, and Bob’s Whisp is told to."
    )
    assert question.stay.hasFocus()
    QTest.keyClick(question.stay, Qt.Key.Key_Return)
    assert not question.isVisible()
    assert not talk.bridge.commands


async def test_leave_erases_at_once_and_tells_the_core(talk: Talk) -> None:
    talk.open()
    await talk.activate()
    talk.say("the lease", mine=True)
    talk.page.leave()
    QTest.mouseClick(talk.page.findChild(LeaveQuestion).leave, Qt.MouseButton.LeftButton)
    assert talk.bridge.asked(Leave) == [Leave("Bob")]
    assert talk.view_model.messages.rowCount() == 0


async def test_a_question_does_not_outlive_the_conversation(talk: Talk) -> None:
    talk.open()
    await talk.activate()
    talk.page.leave()
    question = talk.page.findChild(LeaveQuestion)
    talk.end()
    assert not question.isVisible()
    assert talk.page.over.isVisible()


async def test_leave_moves_into_the_menu_where_it_is_narrow(talk: Talk) -> None:
    talk.open(60)
    await talk.activate()
    assert talk.page.header.leave.isVisible()
    talk.page.resize(380, 640)
    await settle()
    assert talk.page.width() == 380
    assert not talk.page.header.leave.isVisible()
    assert talk.page.header.capture.words == "Screenshots blocked"
    timer, leave = talk.page.header.menu().actions()
    leave.trigger()
    assert talk.page.findChild(LeaveQuestion).isVisible()
    talk.page.findChild(LeaveQuestion).dismiss()
    timer.trigger()
    assert not talk.bridge.asked(SetTimer)


async def test_the_arrow_goes_back_where_there_is_one_column(talk: Talk) -> None:
    talk.open().show()
    assert not talk.page.header.arrow.isVisible()
    talk.page.set_one_column(one_column=True)
    told: list[bool] = []
    talk.page.back.connect(lambda: told.append(True))
    QTest.mouseClick(talk.page.header.arrow, Qt.MouseButton.LeftButton)
    assert told == [True]


async def test_the_focus_goes_where_one_goes_on(talk: Talk) -> None:
    await talk.activate()
    talk.page.setFocus()
    assert talk.page.connecting.cancel.hasFocus()
    talk.open()
    assert talk.page.composer.words.hasFocus()
    talk.end()
    assert talk.page.over.close_button.hasFocus()
    assert all(isinstance(region, QWidget) for region in talk.page.regions())


async def test_tab_goes_from_header_to_messages_to_composer(talk: Talk) -> None:
    talk.open(60)
    await talk.activate()
    talk.page.header.trust.setFocus()
    met = []
    for _ in range(20):
        here = QApplication.focusWidget()
        if here is talk.page.composer.words:
            break
        met.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    places = [met.index(w) for w in (talk.page.header.leave, talk.page.messages)]
    assert places == sorted(places)
    assert QApplication.focusWidget() is talk.page.composer.words


async def test_events_of_others_and_after_the_end_change_nothing(talk: Talk) -> None:
    talk.bridge.tell(events.Opened("Carol", BOB_KEY, "direct", True, True, 0))
    assert talk.view_model.state == "connecting"
    talk.open()
    talk.end()
    talk.open()
    assert talk.view_model.state == "closed"


async def test_strange_names_are_made_plain() -> None:
    talk = Talk()
    talk.view_model.peer = "Bob\u202e\x07"
    assert talk.view_model.title == "Bob"
    assert talk.view_model.who == "\u2068Bob\u2069"
    talk.close()


async def test_every_control_has_a_name(talk: Talk) -> None:
    await talk.activate()
    for state in every_state(talk):
        await settle()
        for control in talk.page.findChildren(QWidget):
            if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert control.accessibleName(), (state, control)


FORBIDDEN = re.compile(
    r"\b(secure|safe|100 %|military-grade|untraceable|anonymous|deleted everywhere|"
    r"screenshot-proof|end-to-end encrypted)\b",
    re.IGNORECASE,
)


def test_no_word_promises_too_much() -> None:
    spoken = re.compile(r'(?:tr|translate)\(\s*(?:"\w+",\s*)?((?:"[^"]*"\s*)+)')
    for source in Path(whisp_desktop.ui.__path__[0]).rglob("*.py"):
        for found in spoken.finditer(source.read_text()):
            assert not FORBIDDEN.search(found.group(1)), (source.name, found.group(1))
            assert "!" not in found.group(1), (source.name, found.group(1))


async def test_both_themes_and_high_contrast_draw_every_state(
    talk: Talk, dressed: theme.Theme
) -> None:
    await talk.activate()
    for _ in every_state(talk):
        looks = []
        for appearance in (theme.Appearance.LIGHT, theme.Appearance.DARK):
            dressed.set_appearance(appearance)
            looks.append(talk.page.grab().toImage().pixelColor(3, 3))
        assert looks[0] != looks[1]

"""The window: its list, its pages, its columns, its keys, and its end."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from tests.fakes.fake_node import (
    BOB_KEY,
    CAROL_KEY,
    DAVE_KEY,
    NUMBER,
    FakeNode,
    contact,
    found,
)
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from tests.ui.talk import picture, same
from whisp_desktop.chat.admission import How
from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import (
    Accept,
    Ask,
    Block,
    Decline,
    GetContacts,
    LookUp,
    MessageId,
    RequestId,
    Retry,
    Withdraw,
)
from whisp_desktop.session.events import (
    Arrived,
    Closed,
    Connecting,
    ContactsChanged,
    Notice,
    Opened,
    PresenceChanged,
    Requested,
    RequestEnd,
    RequestGone,
    ServerChanged,
    SessionEnd,
    Solving,
    Step,
)
from whisp_desktop.ui import theme
from whisp_desktop.ui.tokens import DARK, LIGHT
from whisp_desktop.ui.views.chip import Chip
from whisp_desktop.ui.views.conversation_page import ConversationPage

CTRL = Qt.KeyboardModifier.ControlModifier
LATER = "Comes in a later version."


def carol_asks(how: How = How.NAME, within_s: float = 60) -> Requested:
    ends = time.monotonic() + within_s
    return Requested(RequestId("request-1"), "carol", CAROL_KEY, NUMBER, how, ends)


def opened(peer: str, key: str = BOB_KEY, *, verified: bool = False) -> Opened:
    return Opened(peer, key, "direct", verified, post_quantum=True, since=int(time.time()))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    node = FakeNode()
    node.contacts = (contact("Bob", BOB_KEY), contact("Dave", DAVE_KEY, "away", verified=False))
    stage = Stage(node, tmp_path)
    await stage.shown("find.field")
    await until(lambda: len(stage.rows()) == 3)
    yield stage
    await stage.end()


def titles(stage: Stage) -> list[str]:
    return [row.title for row in stage.rows()]


# The window


async def test_its_title_never_says_who(stage: Stage) -> None:
    assert stage.window.windowTitle() == "Whisp"
    stage.node.tell(opened("Bob"))
    await until(lambda: "Talking now" in titles(stage))
    stage.click_row("Bob")
    assert stage.window.windowTitle() == "Whisp"


async def test_its_first_and_least_size(stage: Stage) -> None:
    assert stage.window.size() == QSize(1120, 720)
    assert stage.window.minimumSize() == QSize(360, 520)


async def test_its_place_is_remembered_and_nothing_else(stage: Stage, tmp_path: Path) -> None:
    stage.window.resize(780, 540)
    stage.window.place.keep(stage.window.saveGeometry(), stage.home.columns, "dark")
    kept = (tmp_path / "window.json").read_text()
    assert (tmp_path / "window.json").stat().st_mode & 0o777 == 0o600
    assert "alice" not in kept
    again = Stage(FakeNode(), tmp_path)
    assert again.window.size() == QSize(780, 540)
    assert again.window.place.look == "dark"
    await again.end()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"geometry": 7}', "\xff", "[" * 16_000])
async def test_a_damaged_place_is_no_trouble(tmp_path: Path, damage: str) -> None:
    (tmp_path / "window.json").write_text(damage, "latin-1")
    stage = Stage(FakeNode(), tmp_path)
    assert stage.window.size() == QSize(1120, 720)
    await stage.end()


# The list


async def test_contacts_with_their_state(stage: Stage) -> None:
    assert [(row.title, row.line) for row in stage.rows()] == [
        ("Contacts", ""),
        ("Bob", "Online"),
        ("Dave", "Away"),
    ]
    assert [row.spoken for row in stage.rows()[1:]] == [
        "Bob, verified, online",
        "Dave, not verified, away",
    ]


async def test_a_contact_comes_and_goes(stage: Stage) -> None:
    stage.node.tell(PresenceChanged("Dave", "offline"))
    await until(lambda: stage.rows()[2].line == "Offline")
    stage.node.contacts = (contact("Erin", CAROL_KEY),)
    stage.node.tell(ContactsChanged())
    await until(lambda: titles(stage) == ["Contacts", "Erin"])
    assert len(stage.node.asked(GetContacts)) == 2


async def test_sections_stand_in_their_order(stage: Stage) -> None:
    stage.node.tell(carol_asks(), opened("Bob", verified=True))
    await until(lambda: len(stage.rows()) == 6)
    assert titles(stage) == ["Wants to talk", "carol", "Talking now", "Bob", "Contacts", "Dave"]
    assert stage.rows()[0].count == 1
    assert stage.rows()[1].spoken == "carol wants to talk, not verified"
    assert stage.rows()[1].line == "Typed your username, just now"


async def test_messages_out_of_view_are_counted_until_they_are_shown(stage: Stage) -> None:
    stage.node.tell(opened("Bob"), opened("Dave", DAVE_KEY))
    await until(lambda: titles(stage) == ["Talking now", "Bob", "Dave"])
    stage.click_row("Dave")
    for place, peer in enumerate(("Dave", "Bob", "Dave", "Bob")):
        message = MessageId(f"{place:016x}")
        stage.node.tell(Arrived(peer, message, MessageText(b"hi"), 0, None))
    await until(lambda: stage.rows()[1].count == 2)
    assert stage.rows()[2].count == 0
    stage.click_row("Bob")
    await until(lambda: stage.rows()[1].count == 0)
    page = stage.home.pane.talk()
    assert page is not None
    assert page.view_model.peer == "Bob"


async def test_arrow_keys_move_and_enter_opens(stage: Stage) -> None:
    stage.node.people["Bob"] = found("Bob")
    stage.home.left.people.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        stage.key(key)
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.ask")
    assert stage.node.asked(LookUp) == [LookUp("Bob")]


# Finding


async def look_up(stage: Stage, name: str) -> None:
    stage.type("find.field", name)
    stage.key(Qt.Key.Key_Return)


async def test_somebody_is_found_and_asked(stage: Stage) -> None:
    stage.node.people["erin"] = found("erin")
    stage.node.held.add(LookUp)
    await look_up(stage, "erin")
    await stage.shown("find.looking")
    stage.node.release(LookUp)
    await stage.shown("find.ask")
    assert stage.get("find.safety").accessibleDescription().startswith("3 0 5 1 8, 7 7 4 2 0, ")
    chips = [one for one in stage.window.findChildren(Chip) if one.isVisible()]
    assert [one.words for one in chips] == ["Not verified"]
    assert stage.says("Online now, on whisp.example.org")
    assert stage.says("erin will see your network address, even without accepting.")
    stage.click("find.ask")
    await until(lambda: stage.home.pane.talk() is not None)
    assert stage.node.asked(Ask) == [Ask("erin")]
    page = stage.home.pane.talk()
    assert page is not None
    assert page.view_model.state == "connecting"
    page.view_model.cancel()
    await until(lambda: stage.node.asked(Withdraw) == [Withdraw(RequestId("ask-1"))])


async def test_with_a_relay_the_address_stays_hidden(stage: Stage) -> None:
    stage.node.people["erin"] = found("erin", shows_address=False)
    await look_up(stage, "erin")
    await until(lambda: stage.says("Your network address stays hidden"))


async def test_nobody_can_be_told_apart(stage: Stage) -> None:
    await look_up(stage, "nobody")
    await until(lambda: stage.says("“nobody” cannot be reached now."))
    stage.node.people["nobody"] = found("nobody")
    stage.click("find.again")
    await stage.shown("find.ask")


async def test_the_work_for_a_look_up_can_be_cancelled(stage: Stage) -> None:
    stage.node.held.add(LookUp)
    await look_up(stage, "erin")
    await until(lambda: stage.node.asked(LookUp))
    stage.click("find.stop")
    await until(lambda: stage.node.cancelled == [LookUp("erin")])
    assert stage.find("empty.find") is not None


async def test_how_far_the_work_for_a_look_up_is_can_be_seen(stage: Stage) -> None:
    stage.node.held.add(LookUp)
    await look_up(stage, "erin")
    ring = await stage.shown("find.work")
    stage.node.tell(Solving(0.25))
    await until(lambda: ring.accessibleName() == "Your computer works: 25 %")
    quarter = picture(ring)
    stage.node.tell(Solving(0.75))
    await until(lambda: ring.accessibleName() == "Your computer works: 75 %")
    assert not same(quarter, picture(ring))
    say = "This computer was too slow for the server's work. Try again."
    stage.node.answers[LookUp] = RefusedError("work_too_slow", say)
    stage.node.release(LookUp)
    await until(lambda: stage.says(say))
    stage.node.held.add(LookUp)
    stage.click("find.again")
    await stage.shown("find.work")
    assert ring.accessibleName() == "Your computer works: 0 %"
    stage.click("find.stop")


async def test_asking_can_be_cancelled_before_it_is_answered(stage: Stage) -> None:
    stage.node.people["erin"] = found("erin")
    await look_up(stage, "erin")
    await stage.shown("find.ask")
    stage.node.held.add(Ask)
    stage.click("find.ask")
    await until(lambda: stage.node.asked(Ask))
    stage.click("find.cancel")
    await until(lambda: stage.node.cancelled == [Ask("erin")])
    assert stage.find("find.ask") is not None


async def test_a_refusal_is_said_in_its_own_words(stage: Stage) -> None:
    say = "You asked too often. Try again in one minute."
    stage.node.answers[LookUp] = RefusedError("slow_down", say)
    await look_up(stage, "erin")
    await until(lambda: stage.says(say))


async def test_another_search_takes_the_place_of_the_first(stage: Stage) -> None:
    stage.node.people["erin"] = found("erin")
    stage.node.people["frank"] = found("frank", DAVE_KEY)
    stage.node.held.add(LookUp)
    await look_up(stage, "erin")
    await until(lambda: stage.node.asked(LookUp))
    await look_up(stage, "frank")
    await until(lambda: stage.node.cancelled == [LookUp("erin")])
    stage.node.release(LookUp)
    await stage.shown("find.ask")
    assert stage.get("find.name").text() == "frank"


# Requests


async def test_who_asks_how_and_the_number(stage: Stage) -> None:
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    assert stage.says("carol wants to talk")
    assert stage.says("First time. You have not talked before.")
    assert stage.says("Typed your exact username")
    assert stage.says(
        "This may not be the carol you know. Anybody can take a username."
        " Until you compare the number, Whisp shows Not verified."
    )
    assert stage.get("request.safety").accessibleDescription().startswith("3 0 5 1 8, ")
    assert stage.get("request.left").text() in {"60 s", "59 s"}


async def test_accept_is_never_the_default(stage: Stage) -> None:
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    accept = stage.get("request.accept", QPushButton)
    assert not accept.isDefault()
    assert not accept.autoDefault()
    stage.click_row("carol")
    assert stage.get("request.decline").hasFocus()
    stage.key(Qt.Key.Key_Return)
    await until(lambda: stage.node.asked(Decline) == [Decline(RequestId("request-1"))])
    assert stage.node.asked(Accept) == []


async def test_a_request_does_not_take_the_keyboard_away(stage: Stage) -> None:
    stage.get("find.field").setFocus()
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    assert stage.get("find.field").hasFocus()


async def test_accepting_leads_to_the_conversation(stage: Stage) -> None:
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    stage.click("request.accept")
    await until(lambda: stage.home.pane.talk() is not None)
    assert stage.node.asked(Accept) == [Accept(RequestId("request-1"))]
    stage.node.tell(Connecting("carol", Step.AGREEING), opened("carol", CAROL_KEY))
    await until(lambda: "Talking now" in titles(stage))
    assert "Wants to talk" not in titles(stage)
    page = stage.home.pane.talk()
    assert page is not None
    assert page.view_model.state == "open"
    assert len(stage.window.findChildren(ConversationPage)) == 1


@pytest.mark.parametrize(("button", "command"), [("decline", Decline), ("block", Block)])
async def test_no_is_sent_to_the_core_and_the_page_goes(
    stage: Stage, button: str, command: type[Decline | Block]
) -> None:
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    stage.click(f"request.{button}")
    await stage.shown("empty.find")
    assert stage.node.asked(command) == [command(RequestId("request-1"))]
    assert "carol" not in titles(stage)


async def test_an_answer_that_is_refused_can_be_given_again(stage: Stage) -> None:
    stage.node.answers[Accept] = RefusedError("server_unreachable", "The server does not answer.")
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    stage.click("request.accept")
    await until(lambda: stage.says("The server does not answer."))
    del stage.node.answers[Accept]
    stage.click("request.accept")
    await until(lambda: stage.home.pane.talk() is not None)


@pytest.mark.parametrize(
    ("why", "say"),
    [
        (RequestEnd.WITHDRAWN, "carol no longer wants to talk."),
        (RequestEnd.ANSWERED_ELSEWHERE, "You answered on another device."),
        (RequestEnd.EXPIRED, "This request has run out."),
    ],
)
async def test_a_request_that_goes_while_it_is_read_says_why(
    stage: Stage, why: RequestEnd, say: str
) -> None:
    stage.node.tell(carol_asks())
    await stage.shown("request.accept")
    stage.node.tell(RequestGone(RequestId("request-1"), why))
    await until(lambda: stage.says(say))
    assert stage.find("request.accept") is None
    assert "carol" not in titles(stage)
    stage.click("request.close")
    await stage.shown("empty.find")


async def test_a_request_that_goes_unread_leaves_nothing(stage: Stage) -> None:
    stage.node.tell(opened("Bob"))
    await until(lambda: "Talking now" in titles(stage))
    stage.click_row("Bob")
    stage.node.tell(carol_asks())
    await until(lambda: "carol" in titles(stage))
    assert stage.find("request.accept") is None
    stage.node.tell(RequestGone(RequestId("request-1"), RequestEnd.EXPIRED))
    await until(lambda: "carol" not in titles(stage))


async def test_asking_somebody_who_waits_already_is_the_answer(stage: Stage) -> None:
    """Both asked at the same moment: the core accepts; no request is left behind."""
    stage.node.people["carol"] = found("carol", CAROL_KEY)
    stage.node.tell(carol_asks())
    await until(lambda: "carol" in titles(stage))
    await look_up(stage, "carol")
    await stage.shown("find.ask")
    stage.click("find.ask")
    stage.node.tell(Connecting("carol", Step.AGREEING), opened("carol", CAROL_KEY))
    await until(lambda: titles(stage)[:2] == ["Talking now", "carol"])
    await until(lambda: stage.home.pane.talk() is not None)
    assert len(stage.window.findChildren(ConversationPage)) == 1


async def test_a_conversation_that_ended_is_read_and_closed(stage: Stage) -> None:
    stage.node.tell(opened("Bob"))
    await until(lambda: "Talking now" in titles(stage))
    stage.click_row("Bob")
    stage.node.tell(Closed("Bob", SessionEnd.LEFT, by_me=False))
    await until(lambda: titles(stage) == ["Contacts", "Bob", "Dave"])
    page = stage.home.pane.talk()
    assert page is not None
    page.closed.emit()
    await stage.shown("empty.find")


async def test_the_same_person_can_be_talked_to_again(stage: Stage) -> None:
    for _ in range(2):
        stage.node.tell(opened("Bob"))
        await until(lambda: "Talking now" in titles(stage))
        stage.click_row("Bob")
        page = stage.home.pane.talk()
        assert page is not None
        assert page.view_model.state == "open"
        stage.node.tell(Closed("Bob", SessionEnd.LOST, by_me=False))
        await until(lambda: "Talking now" not in titles(stage))


# The server and other news


async def test_a_lost_server_is_said_with_a_countdown(stage: Stage) -> None:
    assert stage.says("Server reached")
    stage.node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 8))
    await until(lambda: stage.says("Server not reached"))
    assert stage.says(
        "The server does not answer. Open conversations go on."
        " Nobody new can reach you. Trying again in 8 s."
    )
    await until(
        lambda: stage.says(
            "The server does not answer. Open conversations go on."
            " Nobody new can reach you. Trying again in 7 s."
        )
    )
    stage.node.tell(ServerChanged(connected=True, retry_at=None))
    await until(lambda: stage.says("Server reached"))
    assert stage.find("server.sentence") is None


async def test_the_lost_server_can_be_tried_at_once(stage: Stage) -> None:
    stage.node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 300))
    again = await stage.shown("server.again")
    stage.click("server.again")
    await until(lambda: stage.node.asked(Retry) == [Retry()])
    away = "The server does not answer. Open conversations go on. Nobody new can reach you."
    assert stage.says(f"{away} Trying again now.")
    stage.click("server.again")
    stage.node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 300))
    await until(lambda: stage.says(f"{away} Trying again in 300 s."))
    assert stage.node.asked(Retry) == [Retry()]
    again.setFocus(Qt.FocusReason.TabFocusReason)
    stage.key(Qt.Key.Key_Return)
    await until(lambda: len(stage.node.asked(Retry)) == 2)
    stage.node.tell(ServerChanged(connected=True, retry_at=None))
    await stage.gone("server.again")


async def test_a_computer_without_network_is_told_apart(stage: Stage) -> None:
    ends = time.monotonic() + 300
    stage.node.tell(ServerChanged(connected=False, retry_at=ends, offline=True))
    await until(lambda: stage.says("This computer is offline."))
    stage.click("server.again")
    await until(lambda: stage.node.asked(Retry) == [Retry()])
    assert stage.says("This computer is offline.")
    stage.node.tell(ServerChanged(connected=False, retry_at=ends))
    await until(lambda: stage.get("server.sentence", QLabel).text().startswith("The server does"))


async def test_what_is_not_tried_again_is_not_said_to_be(stage: Stage) -> None:
    stage.node.tell(ServerChanged(connected=False, retry_at=None))
    await until(
        lambda: stage.says(
            "The server does not answer. Open conversations go on. Nobody new can reach you."
        )
    )
    assert stage.find("server.again") is None


async def test_a_server_that_was_never_reached_is_not_called_reached(tmp_path: Path) -> None:
    node = FakeNode()
    node.connected = False
    stage = Stage(node, tmp_path)
    await stage.shown("find.field")
    assert stage.says("Reaching the server…")
    node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 2))
    await until(lambda: stage.says("Server not reached"))
    await stage.end()


async def test_a_notice_stays_until_it_is_read(stage: Stage) -> None:
    stage.node.tell(Notice("one", "The clock of this computer is wrong."), Notice("two", "More."))
    await until(lambda: stage.says("More."))
    stage.click("notice.close")
    assert stage.says("The clock of this computer is wrong.")
    stage.click("notice.close")
    assert stage.find("notice.close") is None


async def test_a_notice_is_seen_where_there_is_only_the_list(stage: Stage) -> None:
    stage.node.tell(Notice("one", "The clock of this computer is wrong."))
    await stage.shown("notice.close")
    stage.window.resize(400, 640)
    await until(lambda: stage.find("empty.find") is None)
    await stage.shown("notice.close")
    stage.node.people["erin"] = found("erin")
    await look_up(stage, "erin")
    await stage.shown("find.ask")
    await stage.shown("notice.close")
    stage.click("notice.close")
    await stage.gone("notice.close")


# Starting


async def test_trouble_at_the_start_is_said_and_can_be_tried_again(tmp_path: Path) -> None:
    node = FakeNode()
    node.refuse = RefusedError("keychain_locked", "The keychain is locked. Unlock it first.")
    stage = Stage(node, tmp_path)
    await stage.shown("trouble.again")
    assert stage.get("trouble.again").hasFocus()
    assert stage.says("The keychain is locked. Unlock it first.")
    stage.click("trouble.again")
    await until(lambda: node.starts == 2)
    node.refuse = None
    await stage.shown("trouble.again")
    stage.click("trouble.again")
    await stage.shown("find.field")
    await stage.end()


async def test_a_vault_asks_for_its_passphrase(tmp_path: Path) -> None:
    stage = Stage(FakeNode("locked"), tmp_path)
    await stage.shown("unlock.passphrase")
    assert stage.get("unlock.passphrase").hasFocus()
    stage.type("unlock.passphrase", "wrong")
    stage.click("unlock.open")
    await until(lambda: stage.says("That passphrase did not work."))
    assert stage.get("unlock.passphrase", QLineEdit).text() == "wrong"
    stage.type("unlock.passphrase", "correct horse")
    stage.key(Qt.Key.Key_Return)
    await stage.shown("find.field")
    await stage.end()


# Columns


async def test_one_column_below_720(stage: Stage) -> None:
    stage.window.resize(600, 640)
    await until(lambda: stage.find("empty.find") is None)
    assert stage.find("find.field") is not None
    stage.node.people["erin"] = found("erin")
    await look_up(stage, "erin")
    await stage.shown("find.ask")
    assert stage.find("find.field") is None
    stage.click("page.back")
    await stage.shown("find.field")
    stage.window.resize(1000, 640)
    await stage.shown("empty.find")
    assert stage.find("find.field") is not None


async def test_a_request_does_not_jump_into_the_only_column(stage: Stage) -> None:
    stage.window.resize(600, 640)
    await until(lambda: stage.find("empty.find") is None)
    stage.node.tell(carol_asks())
    await until(lambda: "carol" in titles(stage))
    assert stage.find("request.accept") is None
    stage.click_row("carol")
    await stage.shown("request.accept")
    assert stage.find("people.list") is None


# Keys


async def test_ctrl_k_goes_to_the_field(stage: Stage) -> None:
    stage.get("empty.find").setFocus()
    stage.key(Qt.Key.Key_K, CTRL)
    assert stage.get("find.field").hasFocus()


async def test_escape_goes_back_to_the_list(stage: Stage) -> None:
    await look_up(stage, "nobody")
    await stage.shown("find.again")
    stage.key(Qt.Key.Key_Escape)
    await stage.shown("empty.find")
    assert stage.home.left.people.hasFocus()


async def test_ctrl_tab_and_numbers_change_the_conversation(stage: Stage) -> None:
    stage.node.tell(opened("Bob"), opened("Dave", DAVE_KEY))
    await until(lambda: titles(stage) == ["Talking now", "Bob", "Dave"])

    def shown() -> str:
        page = stage.home.pane.talk()
        return page.view_model.peer if page else ""

    for key, modifier, peer in (
        (Qt.Key.Key_Tab, CTRL, "Bob"),
        (Qt.Key.Key_Tab, CTRL, "Dave"),
        (Qt.Key.Key_Tab, CTRL, "Bob"),
        (Qt.Key.Key_Backtab, CTRL | Qt.KeyboardModifier.ShiftModifier, "Dave"),
        (Qt.Key.Key_1, CTRL, "Bob"),
        (Qt.Key.Key_2, CTRL, "Dave"),
        (Qt.Key.Key_9, CTRL, "Dave"),
    ):
        stage.key(key, modifier)
        await until(lambda peer=peer: shown() == peer)


async def test_f6_goes_round_the_regions(stage: Stage) -> None:
    stage.get("find.field").setFocus()
    visited = []
    for _ in range(3):
        stage.key(Qt.Key.Key_F6)
        visited.append(stage.window.focusWidget())
    assert visited[0] is stage.home.left.people
    assert visited[1].objectName() == "empty.find"
    assert visited[2] is stage.get("find.field")
    stage.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert stage.window.focusWidget().objectName() == "empty.find"


async def test_ctrl_q_closes(stage: Stage) -> None:
    closing = []
    stage.window.closing.connect(lambda: closing.append(True))
    stage.key(Qt.Key.Key_Q, CTRL)
    assert closing == [True]
    assert not stage.window.isVisible()


async def test_what_comes_later_says_so(stage: Stage) -> None:
    for name in ("foot.group", "foot.lock", "foot.panic"):
        assert not stage.get(name).isEnabled()
        assert stage.get(name).toolTip() == LATER
        assert stage.get(name).accessibleName()


async def test_light_and_dark_change_while_it_is_open(stage: Stage) -> None:
    def ground(at: str) -> str:
        widget = stage.get(at)
        corner = widget.mapTo(stage.window, widget.rect().bottomLeft())
        corner.setY(corner.y() + 6)
        return stage.window.grab().toImage().pixelColor(corner).name().upper()

    assert ground("find.field") == LIGHT.window
    assert ground("empty.find") == LIGHT.pane
    theme.current().set_appearance(theme.Appearance.DARK)
    assert ground("find.field") == DARK.window
    assert ground("empty.find") == DARK.pane


async def test_names_are_painted_harmlessly(stage: Stage) -> None:
    """A name of another client may hold what turns words around; here it cannot."""
    stage.node.people["erin"] = found("erin\u202e")
    await look_up(stage, "erin")
    await stage.shown("find.ask")
    assert not any("\u202e" in words for words in stage.words())


async def test_a_core_that_dies_takes_the_conversation_off_the_screen(stage: Stage) -> None:
    stage.node.tell(opened("Bob"))
    await until(lambda: "Talking now" in titles(stage))
    stage.click_row("Bob")
    stage.node.die(OSError("no more memory"))
    await stage.shown("trouble.again")
    assert stage.says("Whisp has stopped")
    assert stage.scenes.home is None
    await until(lambda: stage.window.findChildren(ConversationPage) == [])
    stage.click("trouble.again")
    await stage.shown("find.field")
    assert "Talking now" not in titles(stage)

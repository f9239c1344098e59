"""Writing, as a person does it: keys into the box, and what becomes of the words."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tests.fakes.patience import until
from tests.ui.talk import Talk, settle
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.session.commands import Send, SetTimer
from whisp_desktop.ui.views.composer import Composer
from whisp_desktop.ui.views.timer_menu import CHOICES_S, TimerMenu
from whisp_desktop.ui.views.words_box import WordsBox


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = await Talk().open().activate()
    talk.page.composer.words.setFocus()
    yield talk
    talk.close()


@pytest.fixture
def composer(talk: Talk) -> Composer:
    return talk.page.composer


@pytest.fixture
def box(composer: Composer) -> WordsBox:
    return composer.words


async def test_enter_sends_and_empties_the_box(talk: Talk, box: WordsBox) -> None:
    QTest.keyClicks(box, "Hi Bob")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert talk.bridge.commands == [Send("Bob", "Hi Bob")]
    assert box.toPlainText() == ""


async def test_the_command_is_on_its_way_before_the_key_press_returns(
    talk: Talk, box: WordsBox
) -> None:
    talk.bridge.hold()
    for words in ("one", "two"):
        QTest.keyClicks(box, words)
        QTest.keyClick(box, Qt.Key.Key_Enter)
    assert [command.text for command in talk.bridge.asked(Send)] == ["one", "two"]
    talk.bridge.let_go()


async def test_shift_and_enter_make_a_new_line(talk: Talk, box: WordsBox) -> None:
    QTest.keyClicks(box, "one")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box, "two")
    assert not talk.bridge.commands
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert talk.bridge.commands == [Send("Bob", "one\ntwo")]


async def test_the_button_sends_and_says_why_it_cannot(talk: Talk, composer: Composer) -> None:
    assert not composer.send.isEnabled()
    assert composer.send.toolTip() == "Write something first."
    QTest.keyClicks(composer.words, "Hi")
    assert composer.send.isEnabled()
    QTest.mouseClick(composer.send, Qt.MouseButton.LeftButton)
    assert talk.bridge.commands == [Send("Bob", "Hi")]
    assert not composer.send.isEnabled()


@pytest.mark.parametrize("words", ["", "  ", "\n\n"])
async def test_nothing_is_not_sent(talk: Talk, box: WordsBox, words: str) -> None:
    box.setPlainText(words)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert not talk.bridge.commands


async def test_too_many_bytes_stay_with_a_sentence(
    talk: Talk, composer: Composer, box: WordsBox
) -> None:
    words = "é" * 6000 + "x"
    box.setPlainText(words)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert not talk.bridge.commands
    assert box.toPlainText() == words
    assert composer.trouble.isVisible()
    assert composer.trouble.text() == "That is 1 byte too long. Send it in parts."
    assert box.accessibleDescription() == composer.trouble.text()
    box.setPlainText("é" * 6000)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert talk.bridge.commands == [Send("Bob", "é" * 6000)]
    assert not composer.trouble.isVisible()


async def test_refused_words_come_back_before_what_was_typed_meanwhile(
    talk: Talk, composer: Composer, box: WordsBox
) -> None:
    talk.bridge.answers[Send] = RefusedError("cannot_send", "Wait until Bob is back.")
    talk.bridge.hold()
    QTest.keyClicks(box, "first")
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClicks(box, "second")
    talk.bridge.let_go()
    await until(composer.trouble.isVisible)
    assert box.toPlainText() == "first\nsecond"
    assert composer.trouble.text() == "Wait until Bob is back."


async def test_the_box_grows_to_six_lines_and_then_scrolls(box: WordsBox) -> None:
    heights = []
    for lines in (1, 2, 6, 9):
        box.setPlainText("\n".join("line" for _ in range(lines)))
        await settle()
        heights.append(box.height())
    one, two, six, nine = heights
    assert one < two < six == nine
    assert box.verticalScrollBar().maximum() > 0
    box.setPlainText("word " * 400)
    await settle()
    assert box.height() == six


async def test_nothing_that_was_written_can_be_brought_back(box: WordsBox) -> None:
    QTest.keyClicks(box, "secret")
    QTest.keyClick(box, Qt.Key.Key_Return)
    document = box.document()
    assert not document.isUndoRedoEnabled()
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.toPlainText() == ""


async def test_sending_begins_a_new_document(box: WordsBox) -> None:
    before = box.document()
    gone: list[bool] = []
    before.destroyed.connect(lambda: gone.append(True))
    QTest.keyClicks(box, "secret")
    QTest.keyClick(box, Qt.Key.Key_Return)
    await until(lambda: gone)
    QTest.keyClicks(box, "next")
    assert box.toPlainText() == "next"


async def test_selecting_puts_nothing_anywhere_and_copying_is_marked(box: WordsBox) -> None:
    QTest.keyClicks(box, "secret")
    box.selectAll()
    assert not box.createMimeDataFromSelection().hasText()
    QTest.keyClick(box, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clipboard = QApplication.clipboard()
    assert clipboard.text() == "secret"
    assert clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
    if clipboard.supportsSelection():
        assert clipboard.text(QClipboard.Mode.Selection) == ""
    QTest.keyClick(box, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    assert box.toPlainText() == ""
    QTest.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert box.toPlainText() == "secret"
    clipboard.clear()


async def test_only_plain_text_is_pasted(box: WordsBox) -> None:
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("plain")
    box.insertFromMimeData(rich)
    assert box.toPlainText() == "plain"


async def test_input_methods_are_told_to_remember_nothing(box: WordsBox) -> None:
    hints = box.inputMethodHints()
    assert hints & Qt.InputMethodHint.ImhSensitiveData
    assert hints & Qt.InputMethodHint.ImhNoPredictiveText


async def test_what_comes_later_says_so(composer: Composer) -> None:
    for button in (composer.attach, composer.camera, composer.emoji, composer.more):
        assert not button.isEnabled()
        assert button.toolTip() == "Comes in a later version."
        assert button.accessibleName()


async def test_attach_and_camera_fold_where_it_is_narrow(talk: Talk, composer: Composer) -> None:
    assert composer.attach.isVisible()
    assert not composer.more.isVisible()
    talk.page.resize(380, 640)
    await settle()
    assert not composer.attach.isVisible()
    assert composer.more.isVisible()


def menu_of(talk: Talk) -> TimerMenu:
    return talk.page.findChild(TimerMenu)


async def test_the_timer_of_the_chat_is_chosen_by_mouse(talk: Talk, composer: Composer) -> None:
    QTest.mouseClick(composer.timer, Qt.MouseButton.LeftButton)
    menu = menu_of(talk)
    assert [choice.text() for choice in menu.choices] == [
        "5 seconds", "1 minute", "1 hour", "1 day", "Until one of us leaves",
    ]  # fmt: skip
    assert [choice.isChecked() for choice in menu.choices] == [False] * 4 + [True]
    QTest.mouseClick(menu.choices[1], Qt.MouseButton.LeftButton)
    assert talk.bridge.commands == [SetTimer("Bob", 60)]
    assert not menu.isVisible()


async def test_the_timer_is_chosen_by_keys(talk: Talk, box: WordsBox) -> None:
    talk.page.open_timer_menu()
    menu = menu_of(talk)
    here = menu.choices[CHOICES_S.index(0)]
    assert here.hasFocus()
    QTest.keyClick(here, Qt.Key.Key_Down)
    assert menu.choices[0].hasFocus()
    QTest.keyClick(menu.choices[0], Qt.Key.Key_Down)
    QTest.keyClick(menu.choices[1], Qt.Key.Key_Up)
    QTest.keyClick(menu.choices[0], Qt.Key.Key_Return)
    assert talk.bridge.commands == [SetTimer("Bob", 5)]
    assert box.hasFocus()


async def test_the_next_message_can_have_a_timer_of_its_own(
    talk: Talk, composer: Composer, box: WordsBox
) -> None:
    menu = composer.open_timer_menu()
    menu.choose_for_next()
    menu.choices[0].click()
    assert not talk.bridge.commands
    assert composer.timer.text() == "5 s"
    for words in ("burns", "stays"):
        QTest.keyClicks(box, words)
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert talk.bridge.commands == [Send("Bob", "burns", 5), Send("Bob", "stays", None)]
    assert composer.timer.text() == "Off"


async def test_a_refused_message_keeps_the_timer_chosen_for_it(
    talk: Talk, composer: Composer, box: WordsBox
) -> None:
    talk.bridge.answers[Send] = RefusedError("cannot_send", "Wait until Bob is back.")
    menu = composer.open_timer_menu()
    menu.choose_for_next()
    menu.choices[0].click()
    QTest.keyClicks(box, "burns")
    QTest.keyClick(box, Qt.Key.Key_Return)
    await until(composer.trouble.isVisible)
    assert composer.timer.text() == "5 s"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert [command.lifetime_s for command in talk.bridge.asked(Send)] == [5, 5]


@pytest.mark.parametrize("how", ["esc", "beside", "resize"])
async def test_the_menu_closes_without_a_choice(talk: Talk, box: WordsBox, how: str) -> None:
    menu = talk.page.composer.open_timer_menu()
    if how == "esc":
        QTest.keyClick(menu.choices[4], Qt.Key.Key_Escape)
    elif how == "beside":
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.rect().topRight())
    else:
        talk.page.resize(700, 700)
        await settle()
    assert not isValid(menu) or not menu.isVisible()
    assert box.hasFocus()
    assert not talk.bridge.commands


async def test_tab_stays_in_the_menu(talk: Talk, composer: Composer) -> None:
    menu = composer.open_timer_menu()
    for back in [False] * 9 + [True] * 9:
        key = Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab
        QTest.keyClick(QApplication.focusWidget(), key)
        assert menu.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not talk.bridge.commands


async def test_a_menu_closes_though_nothing_had_the_focus_before(
    talk: Talk, composer: Composer, box: WordsBox
) -> None:
    box.clearFocus()
    menu = composer.open_timer_menu()
    menu.choices[0].click()
    await settle()
    assert talk.bridge.commands == [SetTimer("Bob", 5)]
    assert not isValid(menu)


async def test_the_pill_tells_the_timer_of_both(talk: Talk, composer: Composer) -> None:
    assert composer.timer.text() == "Off"
    talk.open(3600)
    assert composer.timer.text() == "1 h"
    assert composer.timer.accessibleName() == "Messages last: 1 hour"

"""The list of messages, driven as a person would: what is seen, what moves, what is gone."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.fakes.patience import until
from tests.ui.talk import Paintings, Talk, on_screen, picture, same, settle
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.session import events
from whisp_desktop.session.commands import DeleteMessage, MarkSeen
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.lifetimes import time_left


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk().open()
    yield talk
    talk.close()


def bubble(talk: Talk, place: int) -> QRect:
    return talk.page.messages._column.bubble(talk.view_model.messages.index(place))


def look(talk: Talk) -> QImage:
    return picture(talk.page.messages.viewport())


async def test_a_short_talk_stands_at_the_bottom(talk: Talk) -> None:
    await talk.activate()
    talk.say("Hi Alice.", mine=False)
    await until(lambda: bubble(talk, 1).isValid())
    height = talk.page.messages.viewport().height()
    assert abs(bubble(talk, 1).bottom() + 1 - height) <= 1
    assert not talk.page.messages.verticalScrollBar().isVisible()


async def test_bubbles_stand_at_their_owners_side_and_4_or_14_px_apart(talk: Talk) -> None:
    await talk.activate()
    for words, mine in (("Hi.", False), ("I am here.", False), ("Good.", True)):
        talk.say(words, mine=mine)
    one, two, three = (bubble(talk, place) for place in (1, 2, 3))
    assert one.left() == two.left() == 24
    assert three.right() + 1 == 816 - 24
    assert two.top() - one.bottom() - 1 == 4
    assert three.top() - two.bottom() - 1 == 14


async def test_a_bubble_is_never_wider_than_440_px_or_four_fifths(talk: Talk) -> None:
    await talk.activate()
    talk.say("word " * 60, mine=True)
    assert bubble(talk, 1).width() <= 440
    talk.page.resize(360, 720)
    await settle()
    assert bubble(talk, 1).width() <= 0.8 * 360
    assert bubble(talk, 1).right() + 1 == 360 - 16


async def test_right_to_left_mirrors_the_bubbles(talk: Talk, qapp: QApplication) -> None:
    await talk.activate()
    talk.say("Hi.", mine=False)
    talk.say("Good.", mine=True)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert bubble(talk, 1).right() + 1 == 816 - 24
    assert bubble(talk, 2).left() == 24


async def test_what_is_painted_in_the_active_window_is_seen_once(talk: Talk) -> None:
    await talk.activate()
    theirs = talk.say("Hi Alice.", mine=False)
    talk.say("Good.", mine=True)
    await until(lambda: talk.bridge.asked(MarkSeen))
    assert talk.bridge.asked(MarkSeen) == [MarkSeen("Bob", (theirs,))]
    talk.page.messages.viewport().repaint()
    talk.page.messages.viewport().repaint()
    another = talk.say("And?", mine=False)
    await until(lambda: len(talk.bridge.asked(MarkSeen)) == 2)
    assert talk.bridge.asked(MarkSeen)[1] == MarkSeen("Bob", (another,))


async def test_an_inactive_window_sees_nothing_until_it_is_active(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.activate()
    active = False
    monkeypatch.setattr(talk.page.messages, "isActiveWindow", lambda: active)
    talk.say("Hi Alice.", mine=False)
    for _ in range(5):
        talk.page.messages.viewport().repaint()
        await settle()
    assert not talk.bridge.asked(MarkSeen)
    active = True
    QApplication.sendEvent(talk.page.messages, _activation())
    await until(lambda: talk.bridge.asked(MarkSeen))


def _activation() -> object:

    return QEvent(QEvent.Type.ActivationChange)


async def test_a_message_out_of_sight_is_not_seen_until_scrolled_to(talk: Talk) -> None:
    await talk.activate()
    for number in range(40):
        talk.say(f"line {number}", mine=True)
    bar = talk.page.messages.verticalScrollBar()
    await until(lambda: bar.maximum() > 0)
    bar.setValue(0)
    await settle()
    theirs = talk.say("Hi Alice.", mine=False)
    talk.page.messages.viewport().repaint()
    await settle()
    assert bar.value() < bar.maximum()
    assert not talk.bridge.asked(MarkSeen)
    bar.setValue(bar.maximum())
    await until(lambda: talk.bridge.asked(MarkSeen))
    assert talk.bridge.asked(MarkSeen) == [MarkSeen("Bob", (theirs,))]


async def test_a_long_message_is_seen_when_its_end_is(talk: Talk) -> None:
    await talk.activate()
    for number in range(20):
        talk.say(f"line {number}", mine=True)
    bar = talk.page.messages.verticalScrollBar()
    bar.setValue(0)
    theirs = talk.say("word " * 1500, mine=False)
    bar.setValue(bubble(talk, 21).top() + bar.value())
    talk.page.messages.viewport().repaint()
    await settle()
    assert not talk.bridge.asked(MarkSeen)
    bar.setValue(bar.maximum())
    await until(lambda: talk.bridge.asked(MarkSeen))
    assert talk.bridge.asked(MarkSeen) == [MarkSeen("Bob", (theirs,))]


async def test_the_list_stays_at_the_newest_message(talk: Talk) -> None:
    await talk.activate()
    bar = talk.page.messages.verticalScrollBar()
    for number in range(40):
        talk.say(f"line {number}", mine=False)
        assert bar.value() == bar.maximum()
    bar.setValue(100)
    talk.say("from Bob", mine=False)
    assert bar.value() == 100
    talk.say("from me", mine=True)
    assert bar.value() == bar.maximum() > 100


async def test_a_wiped_message_is_off_the_screen_at_the_next_frame(talk: Talk) -> None:
    await talk.activate()
    talk.say("stays", mine=False)
    message = talk.say("goes away soon", mine=True)
    box = bubble(talk, 2)
    assert has_ink(look(talk), box, theme.current().color("mine_text"))
    talk.wipe(message)
    assert not has_ink(look(talk), box, theme.current().color("mine_text"))


def has_ink(image: QImage, box: QRect, ink: QColor) -> bool:
    return any(
        image.pixelColor(x, y) == ink
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    )


async def test_a_row_comes_apart_in_300_ms_and_leaves_no_gap(talk: Talk) -> None:
    await talk.activate()
    talk.say("stays", mine=True)
    before = bubble(talk, 1)
    messages, motion = talk.view_model.messages, talk.page.messages.motion
    message = talk.say("goes", mine=True)
    start = time.monotonic()
    messages.clock = lambda: start
    talk.wipe(message)
    frames: list[QModelIndex] = []
    motion.shape_moved.connect(frames.append)
    messages.clock = lambda: start + 0.299
    await until(lambda: frames)
    assert len(messages.rows) == 2
    messages.clock = lambda: start + 0.301
    await until(lambda: len(messages.rows) == 1)
    await settle()
    assert bubble(talk, 1) == before
    assert not motion._frames.isActive()


async def test_reduced_motion_fades_in_120_ms(talk: Talk, dressed: theme.Theme) -> None:
    await talk.activate()
    dressed.reduced_motion = True
    messages = talk.view_model.messages
    message = talk.say("goes", mine=True)
    start = time.monotonic()
    messages.clock = lambda: start
    talk.wipe(message)
    messages.clock = lambda: start + 0.06
    faded = look(talk).pixelColor(bubble(talk, 1).center())
    assert faded not in (dressed.color("mine"), dressed.color("pane"))
    messages.clock = lambda: start + 0.121
    await until(lambda: not messages.rows)


async def test_evicted_messages_go_without_a_show_and_it_is_said(talk: Talk) -> None:
    await talk.activate()
    message = talk.say("old", mine=False)
    assert not talk.page.full.isVisible()
    talk.wipe(message, MessageEnd.EVICTED)
    assert not talk.view_model.messages.rows
    assert talk.page.full.isVisible()
    assert talk.page.full.words.text() == (
        "The oldest messages have gone, because memory for this conversation is full."
    )


async def test_leaving_empties_the_list_in_one_frame(talk: Talk) -> None:
    await talk.activate()
    for number in range(5):
        talk.say(f"line {number}", mine=number % 2 == 0)
    talk.say("a minute", mine=True, lifetime_s=60, left_s=60)
    talk.wipe(talk.say("goes", mine=True))
    assert talk.page.messages.motion.interval_ms
    talk.view_model.leave()
    blank = look(talk)
    colors = {blank.pixel(x, y) for x in range(0, 816, 4) for y in range(blank.height())}
    assert colors == {theme.current().color("pane").rgb()}
    assert not talk.page.messages.motion._frames.isActive()
    assert talk.page.messages.motion.interval_ms == 0


async def test_rings_are_looked_at_only_while_a_timer_runs(talk: Talk) -> None:
    await talk.activate()
    motion = talk.page.messages.motion
    message = talk.say("a minute", mine=True, lifetime_s=60)
    assert motion.interval_ms == 0
    talk.bridge.tell(events.TimerStarted("Bob", message, time.monotonic() + 60))
    assert motion.interval_ms == 1000
    short = talk.say("a moment", mine=True, lifetime_s=5, left_s=5)
    assert motion.interval_ms == 100
    talk.wipe(short)
    motion._move_rings()
    assert motion.interval_ms == 1000
    talk.wipe(message)
    motion._move_rings()
    assert motion.interval_ms == 0


async def test_only_the_last_line_of_a_row_is_painted_when_its_ring_moves(talk: Talk) -> None:
    await talk.activate()
    talk.say("a minute", mine=True, lifetime_s=60, left_s=60)
    moved: list[int] = []
    motion = talk.page.messages.motion
    motion.ring_moved.connect(lambda index: moved.append(index.row()))
    motion._move_rings()
    assert moved == []
    talk.view_model.messages.rows[0].expires_at = time.monotonic() + 30
    motion._move_rings()
    assert moved == [1]
    index = talk.view_model.messages.index(1)
    meta = talk.page.messages._column.meta(index)
    assert meta.height() < bubble(talk, 1).height() / 2
    assert bubble(talk, 1).contains(meta)


@pytest.mark.parametrize(("lifetime_s", "left_s"), [(60, 59), (60, 60), (3600, 59 * 60)])
async def test_a_message_does_not_change_its_width_while_time_runs(
    talk: Talk, lifetime_s: int, left_s: int
) -> None:
    await talk.activate()
    talk.say("x", mine=True, lifetime_s=lifetime_s, left_s=lifetime_s)
    before = bubble(talk, 1)
    caption = QFontMetrics(theme.current().font("caption"))
    words = caption.horizontalAdvance(time_left(left_s)) + caption.horizontalAdvance("00:00")
    assert 12 + words + 6 + 16 + 10 + 5 + 14 + 12 <= before.width() + 4
    talk.view_model.messages.rows[0].expires_at = time.monotonic() + left_s
    talk.page.messages.doItemsLayout()
    assert bubble(talk, 1) == before


async def test_marks_show_how_far_a_message_has_come(talk: Talk) -> None:
    await talk.activate()
    message = talk.say("Good.", mine=True)
    sending = look(talk)
    talk.bridge.tell(events.Delivered("Bob", message))
    delivered = look(talk)
    talk.bridge.tell(events.Seen("Bob", message, False))
    assert same(delivered, look(talk))
    talk.bridge.tell(events.Seen("Bob", message, True))
    assert not same(sending, delivered)
    assert not same(delivered, look(talk))


async def test_a_mark_paints_its_row_and_no_other(talk: Talk) -> None:
    await talk.activate()
    message = talk.say("Hi.", mine=True)
    talk.say("Good.", mine=True)
    await settle()
    view = talk.page.messages
    painted = Paintings(view.viewport())
    talk.bridge.tell(events.Delivered("Bob", message))
    await until(lambda: painted.regions)
    assert painted.region() == QRegion(view.visualRect(talk.view_model.messages.index(1)))


async def test_a_message_asks_for_no_height_but_its_own(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.activate()
    for number in range(500):
        talk.say(f"line {number}", mine=False)
    await settle()
    column = talk.page.messages._column
    asked: list[int] = []
    height = column._height
    monkeypatch.setattr(column, "_height", lambda place: asked.append(place) or height(place))
    talk.view_model.messages.drop(talk.view_model.messages.rows[0].message)
    assert asked == [1]  # the next one has no gap above it any more
    asked.clear()
    talk.say("one more", mine=False)
    await settle()
    assert asked == [500]


async def test_a_message_moves_what_is_painted_and_paints_itself(talk: Talk) -> None:
    await talk.activate()
    for number in range(60):
        talk.say(f"line {number}", mine=False)
    await settle()
    view = talk.page.messages
    painted = Paintings(view.viewport())
    talk.say("one more", mine=False)
    await until(lambda: painted.regions)
    assert painted.region() == QRegion(view.visualRect(talk.view_model.messages.index(61)))


async def test_a_message_that_makes_room_out_of_sight_paints_nothing(talk: Talk) -> None:
    await talk.activate()
    for number in range(60):
        talk.say(f"line {number}", mine=False)
    await settle()
    painted = Paintings(talk.page.messages.viewport())
    talk.wipe(next(iter(talk.texts)), MessageEnd.EVICTED)
    await settle()
    painted.regions.clear()  # of the notice that takes some of the list's room, the first time
    talk.wipe(list(talk.texts)[1], MessageEnd.EVICTED)
    await settle()
    assert not painted.regions


@pytest.mark.parametrize("rows", [3, 60])
async def test_what_was_moved_looks_as_if_it_were_painted(talk: Talk, rows: int) -> None:
    await talk.activate()
    view = talk.page.messages
    bar = view.verticalScrollBar()

    async def check() -> None:
        await settle()
        shown = on_screen(view.viewport())
        assert same(shown, look(talk).convertToFormat(shown.format()))

    for number in range(rows):
        talk.say(f"line {number}\n" * (number % 4 + 1), mine=number % 3 == 0)
        await settle()
    await check()
    for value in (bar.maximum() // 2, bar.maximum() // 2 + 7, 3, bar.maximum()):
        bar.setValue(value)
        await check()
    talk.view_model.messages.drop(talk.view_model.messages.rows[-2].message)
    await check()
    talk.view_model.messages.drop(talk.view_model.messages.rows[0].message)
    talk.say("the last", mine=True)
    await check()


@pytest.mark.parametrize("why", [MessageEnd.EVICTED, MessageEnd.EXPIRED])
async def test_what_goes_above_does_not_move_what_is_read(talk: Talk, why: MessageEnd) -> None:
    await talk.activate()
    texts = [talk.say(f"line {number}", mine=number % 2 == 0) for number in range(80)]
    talk.view_model.memory_full = True  # the notice above the list has come before
    talk.view_model.changed.emit()
    await settle()
    rows = talk.view_model.messages
    talk.page.messages.verticalScrollBar().setValue(2600)
    read = rows.rows[40]
    before = talk.page.messages._column.bubble(rows.index_of(read))
    assert talk.page.messages.viewport().rect().contains(before)
    for message in texts[:3]:
        talk.wipe(message, why)
    talk.say("from Bob", mine=False)
    await until(lambda: len(rows.rows) == 78)
    await settle()
    assert talk.page.messages._column.bubble(rows.index_of(read)) == before


async def test_a_screen_reader_finds_rows_where_they_stand(talk: Talk) -> None:
    await talk.activate()
    for number in range(60):
        talk.say(f"line {number}", mine=False)
    await settle()
    view = talk.page.messages
    reader = QAccessible.queryAccessibleInterface(view)
    assert reader.childCount() == 61
    newest = reader.child(60)
    assert "line 59" in newest.text(QAccessible.Text.Name)
    place = view.visualRect(talk.view_model.messages.index(60))
    assert newest.rect() == place.translated(view.viewport().mapToGlobal(QPoint(0, 0)))
    assert reader.childAt(*newest.rect().center().toTuple()).text(
        QAccessible.Text.Name
    ) == newest.text(QAccessible.Text.Name)


async def test_keys_go_through_the_list_and_show_where_they_are(talk: Talk) -> None:
    await talk.activate()
    texts = [talk.say(f"line {number}", mine=False) for number in range(60)]
    view = talk.page.messages
    view.setFocus()
    for key, place in (
        (Qt.Key.Key_End, 60),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Down, 1),
    ):
        QTest.keyClick(view, key)
        assert view.currentIndex().row() == place
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    further = view.currentIndex().row()
    assert 5 < further < 30
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert abs(view.currentIndex().row() - 1) <= 1
    view.setCurrentIndex(talk.view_model.messages.index(2))
    talk.wipe(texts[2])
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 4


async def test_arrows_move_between_rows_and_tab_leaves_the_list(talk: Talk) -> None:
    await talk.activate()
    talk.say("one", mine=False)
    talk.say("two", mine=True)
    talk.page.messages.setFocus()
    talk.page.messages.setCurrentIndex(talk.view_model.messages.index(1))
    QTest.keyClick(talk.page.messages, Qt.Key.Key_Down)
    assert talk.page.messages.currentIndex().row() == 2
    QTest.keyClick(talk.page.messages, Qt.Key.Key_Tab)
    assert not talk.page.messages.hasFocus()


async def test_words_can_be_copied_and_own_messages_deleted(talk: Talk) -> None:
    await talk.activate()
    talk.say("the lease", mine=False)
    mine = talk.say("mine", mine=True)
    view = talk.page.messages
    view.setCurrentIndex(talk.view_model.messages.index(1))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().mimeData()
    assert copied.text() == "the lease"
    assert copied.data("x-kde-passwordManagerHint").data() == b"secret"
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert not talk.bridge.asked(DeleteMessage)
    view.setCurrentIndex(talk.view_model.messages.index(2))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert talk.bridge.asked(DeleteMessage) == [DeleteMessage("Bob", mine)]
    assert len(view.row_menu(talk.view_model.messages.rows[0]).actions()) == 1
    _, delete = view.row_menu(talk.view_model.messages.rows[1]).actions()
    assert delete.toolTip() == "\u2068Bob\u2069’s Whisp erases it. A changed one need not."
    QApplication.clipboard().clear()


async def test_a_click_on_nothing_chooses_nothing(talk: Talk) -> None:
    await talk.activate()
    talk.say("one", mine=False)
    QTest.mouseClick(talk.page.messages.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 10))
    assert not talk.page.messages.selectedIndexes()


async def test_a_change_of_theme_repaints_everything(talk: Talk, dressed: theme.Theme) -> None:
    await talk.activate()
    talk.say("one", mine=False)
    light = look(talk)
    dressed.set_appearance(theme.Appearance.DARK)
    assert look(talk).pixelColor(2, 2) == dressed.color("pane")
    assert not same(light, look(talk))


async def test_500_rows_fit(talk: Talk) -> None:
    await talk.activate()
    for number in range(500):
        talk.say(f"line {number}", mine=number % 3 == 0)
    assert talk.view_model.messages.rowCount() == 501
    assert bubble(talk, 500).bottom() <= talk.page.messages.viewport().height()

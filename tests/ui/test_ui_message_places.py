"""Where the rows of a conversation are while it grows, shrinks, is scrolled and is read."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.fakes.patience import until
from tests.ui.talk import Paintings, Talk, on_screen, picture, same, settle
from whisp_desktop.chat.buffer import MOST_MESSAGES
from whisp_desktop.chat.happenings import MessageEnd
from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.messages import MessageRow
from whisp_desktop.ui.views.message_list import MessageListView
from whisp_desktop.ui.views.popover import Popover


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk().open()
    talk.view_model.memory_full = True  # the notice above the list has come before
    talk.view_model.changed.emit()
    yield talk
    talk.close()


@pytest.fixture
async def lines(talk: Talk) -> list[MessageId]:
    """Eighty messages, scrolled to somewhere in the middle."""
    await talk.activate()
    said = [
        talk.say(f"line {number}\n" * (number % 3 + 1), mine=number % 4 == 0)
        for number in range(80)
    ]
    await settle()
    talk.page.messages.verticalScrollBar().setValue(2600)
    await settle()
    return said


def view_of(talk: Talk) -> MessageListView:
    return talk.page.messages


def bubble(talk: Talk, row: MessageRow) -> QRect:
    return view_of(talk)._column.bubble(talk.view_model.messages.index_of(row))


def in_sight(talk: Talk) -> list[MessageRow]:
    """The rows that are whole in the viewport."""
    view = view_of(talk).viewport().rect()
    return [row for row in talk.view_model.messages.rows if view.contains(bubble(talk, row))]


async def test_the_ring_drops_its_oldest_and_what_is_read_stays(
    talk: Talk, lines: list[MessageId]
) -> None:
    for number in range(MOST_MESSAGES - len(lines)):
        talk.say(f"more {number}", mine=False)
    await settle()
    read = in_sight(talk)[0]
    before = bubble(talk, read)
    talk.say("one too many", mine=False)
    talk.say("two too many", mine=False)
    await settle()
    assert talk.view_model.messages.rowCount() == MOST_MESSAGES + 1
    assert lines[0] not in [row.message for row in talk.view_model.messages.rows]
    assert bubble(talk, read) == before


@pytest.mark.usefixtures("lines")
async def test_a_deletion_in_the_middle_moves_only_what_is_below(talk: Talk) -> None:
    above, gone, below = in_sight(talk)[:3]
    places = [bubble(talk, row) for row in (above, below)]
    talk.wipe(gone.message, MessageEnd.DELETED)
    await until(lambda: gone not in talk.view_model.messages.rows)
    await settle()
    assert bubble(talk, above) == places[0]
    assert bubble(talk, below).top() < places[1].top()
    shown = on_screen(view_of(talk).viewport())
    assert same(shown, picture(view_of(talk).viewport()).convertToFormat(shown.format()))


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("size", [(500, 720), (360, 720), (816, 500), (1100, 900)])
async def test_a_window_that_is_resized_keeps_what_is_read(
    talk: Talk, size: tuple[int, int]
) -> None:
    read = in_sight(talk)[0]
    talk.page.resize(*size)
    await settle()
    assert read in in_sight(talk)
    talk.page.resize(816, 720)
    await settle()
    assert read in in_sight(talk)


@pytest.mark.usefixtures("lines")
async def test_a_window_that_is_resized_at_the_end_stays_there(talk: Talk) -> None:
    bar = view_of(talk).verticalScrollBar()
    bar.setValue(bar.maximum())
    for size in ((360, 720), (816, 400), (1100, 900)):
        talk.page.resize(*size)
        await settle()
        assert bar.value() == bar.maximum()
        assert talk.view_model.messages.rows[-1] in in_sight(talk)


@pytest.mark.usefixtures("lines")
async def test_scrolling_paints_what_comes_into_sight_and_nothing_else(talk: Talk) -> None:
    viewport = view_of(talk).viewport()
    painted = Paintings(viewport)
    bar = view_of(talk).verticalScrollBar()
    bar.setValue(bar.value() + 30)
    await until(lambda: painted.regions)
    newly = QRect(0, viewport.height() - 30, viewport.width(), 30)
    assert painted.region() == QRegion(newly)


@pytest.mark.usefixtures("lines")
async def test_the_scroll_bar_goes_by_pages(talk: Talk) -> None:
    bar = view_of(talk).verticalScrollBar()
    assert bar.pageStep() == view_of(talk).viewport().height()
    assert bar.maximum() == view_of(talk)._column.height - bar.pageStep()


@pytest.mark.usefixtures("lines")
async def test_of_a_row_higher_than_the_view_a_key_shows_the_beginning(talk: Talk) -> None:
    talk.say("high\n" * 60, mine=True)
    talk.say("low", mine=True)
    view = view_of(talk)
    view.setFocus()
    view.setCurrentIndex(talk.view_model.messages.index(82))
    QTest.keyClick(view, Qt.Key.Key_Up)
    high = talk.view_model.messages.rows[-2]
    assert view.currentIndex().row() == 81
    assert bubble(talk, high).height() > view.viewport().height()
    view.setCurrentIndex(talk.view_model.messages.index(80))
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert 0 <= bubble(talk, high).top() <= 14


@pytest.mark.usefixtures("lines")
async def test_tab_comes_to_the_newest_message_and_scrolls_nothing(talk: Talk) -> None:
    view = view_of(talk)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    calm = picture(view.viewport())
    talk.page.header.more.setFocus()
    QTest.keyClick(talk.page.header.more, Qt.Key.Key_Tab)
    assert view.hasFocus()
    assert view.currentIndex().row() == 80
    assert bar.value() == bar.maximum()
    assert not same(calm, picture(view.viewport()))


async def test_the_first_line_shows_the_focus(talk: Talk) -> None:
    await talk.activate()
    view = view_of(talk)
    calm = picture(view.viewport())
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.currentIndex().row() == 0
    assert not same(calm, picture(view.viewport()))


async def test_nothing_is_kept_of_a_row_that_is_gone(talk: Talk, lines: list[MessageId]) -> None:
    shapes = view_of(talk)._column._bubbles._shapes
    assert lines[40] in shapes
    talk.view_model.messages.drop(lines[40])
    assert lines[40] not in shapes


@pytest.mark.usefixtures("lines")
async def test_larger_fonts_make_higher_rows(
    talk: Talk, dressed: theme.Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = in_sight(talk)[0]
    before = bubble(talk, row).height()
    monkeypatch.setattr(theme, "_font_scale", lambda: 2.0)
    dressed._take_fonts()
    dressed._apply()
    await settle()
    try:
        assert bubble(talk, row).height() > 1.5 * before
    finally:
        monkeypatch.undo()
        dressed._take_fonts()
        dressed._apply()


@pytest.mark.usefixtures("lines")
async def test_beside_a_scroll_bar_on_the_left_bubbles_keep_their_sides(
    talk: Talk, qapp: QApplication
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    await settle()
    view = view_of(talk)
    assert view.viewport().x() > 0
    for row in in_sight(talk):
        box = bubble(talk, row).translated(view.viewport().pos())
        assert (box.left() if row.mine else view.width() - 1 - box.right()) == 24


@pytest.mark.usefixtures("lines")
async def test_a_panel_over_a_list_that_moves_is_not_smeared(talk: Talk) -> None:
    bar = view_of(talk).verticalScrollBar()
    bar.setValue(bar.maximum())
    talk.page.open_timer_menu()
    await settle()
    for number in range(3):
        talk.say(f"behind the panel {number}", mine=False)
        await settle()
    bar.setValue(bar.value() - 100)
    await settle()
    panel = talk.page.findChild(Popover).panel
    place = QRect(panel.mapTo(talk.page, QPoint(0, 0)), panel.size()).adjusted(-40, -40, 40, 40)
    shown = on_screen(talk.page).copy(place)
    drawn = picture(talk.page).convertToFormat(shown.format()).copy(place)
    assert same(shown, drawn)


@pytest.mark.usefixtures("lines")
async def test_the_menu_of_a_row_that_is_gone_copies_nothing(talk: Talk) -> None:
    row = in_sight(talk)[0]
    menu = view_of(talk).row_menu(row)
    QApplication.clipboard().setText("before")
    talk.wipe(row.message)
    menu.actions()[0].trigger()
    assert QApplication.clipboard().text() == "before"
    menu.deleteLater()


async def test_the_first_line_has_lines_of_16_px(talk: Talk, dressed: theme.Theme) -> None:
    await talk.activate()
    view = view_of(talk)
    image, ground = picture(view.viewport()), dressed.color("pane")
    inked = [
        any(image.pixelColor(x, y) != ground for x in range(168, 648))
        for y in range(image.height())
    ]
    starts = [y for y in range(1, len(inked)) if inked[y] and not inked[y - 1]]
    assert len(starts) == 2
    assert starts[1] - starts[0] in (15, 16, 17)  # letters of either line may be taller
    assert talk.page.messages._column.height == 16 + 2 * 16 + 12

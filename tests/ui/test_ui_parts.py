"""The painted parts and the controls: what they show, and how keys and mouse move them."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.talk import picture, same
from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.tokens import FACES
from whisp_desktop.ui.views.buttons import Button, IconButton
from whisp_desktop.ui.views.chip import PLAIN, Chip, show_trust, trust_chip
from whisp_desktop.ui.views.dissolve import Ink, StillLeaving, bubble_path, height_left, paint_going
from whisp_desktop.ui.views.face import Face, face_color
from whisp_desktop.ui.views.fields import Elided, Field, Words
from whisp_desktop.ui.views.focus_ring import FocusRing
from whisp_desktop.ui.views.line import LineState, SignatureLine
from whisp_desktop.ui.views.mark import BrandPanel, Mark
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.ring import BusyRing, TimerRing, arc_px, paint_ring

GROUND = QColor("#FBFDFC")
BLACK = QColor("#000000")


def canvas(width: int = 300, height: int = 120) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(GROUND)
    return image


def painted(image: QImage) -> int:
    """How many pixels are not ground."""
    return sum(
        image.pixelColor(x, y) != GROUND
        for x in range(image.width())
        for y in range(image.height())
    )


def test_every_icon_is_in_the_font() -> None:
    spec = find_spec("qtawesome")
    assert spec is not None
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    names = json.loads((folder / "phosphor-charmap-1.3.0.json").read_bytes())
    assert not set(icons.NAMES.values()) - set(names)
    for role in icons.NAMES:
        assert not icons.glyph(role).isEmpty()
        assert QRectF(-1, -1, 258, 258).contains(icons.glyph(role).boundingRect())


def test_an_icon_is_drawn_in_the_colour_of_its_token(dressed: theme.Theme) -> None:
    def darkest() -> QColor:
        image = icons.icon("send", "danger").pixmap(QSize(64, 64)).toImage()
        colors = [image.pixelColor(x, 32) for x in range(64)]
        return max(colors, key=lambda color: color.alpha())

    assert darkest() == dressed.color("danger")
    dressed.set_appearance(theme.Appearance.DARK)
    assert darkest() == dressed.color("danger")


def test_arrows_of_direction_turn_and_checks_do_not(qapp: QApplication) -> None:
    def drawn(role: str) -> QImage:
        image = canvas(40, 40)
        painter = QPainter(image)
        icons.paint(painter, role, QRectF(4, 4, 32, 32), BLACK)
        painter.end()
        return image

    before = {role: drawn(role) for role in ("back", "leave", "delivered", "sending")}
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    turned = {role for role, image in before.items() if not same(image, drawn(role))}
    assert turned == {"back", "leave"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_a_button(qtbot: QtBot, key: Qt.Key) -> None:
    button = Button("Accept", "primary")
    qtbot.addWidget(button)
    button.show()
    with qtbot.waitSignal(button.clicked, timeout=500):
        qtbot.keyClick(button, key)


def test_a_busy_button_ignores_clicks_and_turns_a_ring(qtbot: QtBot) -> None:
    button = Button("Accept", "primary")
    qtbot.addWidget(button)
    button.show()
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    button.set_busy(busy=True)
    assert button.findChild(BusyRing).isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert not pressed
    button.set_busy(busy=False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [True]


def test_an_icon_button_says_what_it_is(qtbot: QtBot) -> None:
    button = IconButton("settings", "Settings")
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Settings"
    assert button.sizeHint().width() >= 36
    assert button.sizeHint().height() >= 36


def test_the_focus_ring_comes_with_keys_and_not_with_the_mouse(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second = Button("Stay"), Button("Leave")
    column.addWidget(first)
    column.addWidget(second)
    with qtbot.waitActive(window):
        window.show()
    ring = window.findChild(FocusRing)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.widget() is None
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert ring.widget() is second
    assert ring.isVisible()
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.widget() is None


def test_a_field_says_what_is_wrong_and_keeps_its_words(qtbot: QtBot) -> None:
    field = Field("Username")
    qtbot.addWidget(field)
    field.show()
    field.line.setText("bob")
    calm = picture(field.line)
    field.say("“bob” is taken. Try another one.", wrong=True)
    assert field.line.text() == "bob"
    assert field.line.accessibleDescription() == field.sentence
    assert not same(calm, picture(field.line))
    field.say("“bob” is free.", "accent")
    assert same(calm, picture(field.line))


def test_words_are_plain_text(qtbot: QtBot) -> None:
    words = Words("<b>bold</b>")
    qtbot.addWidget(words)
    assert words.textFormat() == Qt.TextFormat.PlainText


def test_lines_of_words_have_the_height_of_their_role(qtbot: QtBot, dressed: theme.Theme) -> None:
    words = Words("Hhh\nHhh Hhh", "body")
    qtbot.addWidget(words)
    line_px = dressed.line_height_px("body")
    assert words.fontMetrics().lineSpacing() != line_px
    assert words.sizeHint().height() == words.heightForWidth(300) == 2 * line_px
    assert words.heightForWidth(words.fontMetrics().horizontalAdvance("Hhh H")) == 3 * line_px
    words.resize(300, 2 * line_px + 20)
    first_top, first_bottom, second_top, second_bottom = edges_of_ink(words)
    assert (second_top - first_top, second_bottom - first_bottom) == (line_px, line_px)
    assert abs(first_top + second_bottom - words.height()) <= 4


def test_words_keep_their_margins(qtbot: QtBot) -> None:
    bare, inset = Words("Hhh"), Words("Hhh")
    inset.setContentsMargins(12, 8, 4, 2)
    for words, size in ((bare, QSize(60, 20)), (inset, QSize(76, 30))):
        qtbot.addWidget(words)
        words.resize(size)
    assert inset.heightForWidth(76) == 30
    assert same(picture(inset).copy(12, 8, 60, 20), picture(bare))


def test_signs_that_disguise_others_are_not_drawn(qtbot: QtBot) -> None:
    plain, odd = (
        Words("pay now, \u2068Bob\u2069"),
        Words("pay\x07 \u202enow\u202c,\x00 \u2068Bob\u2069"),
    )
    for words in (plain, odd):
        qtbot.addWidget(words)
        words.resize(200, 20)
    assert same(picture(plain), picture(odd))


def edges_of_ink(words: Words) -> list[int]:
    """Where each line of capitals begins and ends."""
    image = picture(words)
    ground = image.pixelColor(image.width() - 1, 0)
    inked = [
        any(image.pixelColor(x, y) != ground for x in range(image.width()))
        for y in range(image.height())
    ]
    return [y for y in range(1, len(inked)) if inked[y] != inked[y - 1]]


def test_a_long_name_is_elided_and_told_by_the_tooltip(qtbot: QtBot) -> None:
    name = Elided("a_very_long_user_name_24", "title")
    qtbot.addWidget(name)
    name.resize(60, 24)
    name.show()
    picture(name)
    assert name.toolTip() == "a_very_long_user_name_24"
    name.resize(600, 24)
    picture(name)
    assert name.toolTip() == ""


def test_a_face_has_the_colour_of_its_key(qtbot: QtBot) -> None:
    for first in range(16):
        assert face_color(f"{first:02x}ff") == QColor(FACES[first % 8])
    face = Face(40)
    qtbot.addWidget(face)
    face.show_person("bob", "01ff", "offline")
    away = picture(face)
    assert away.pixelColor(6, 22) == QColor(FACES[1])
    face.show_person("bob", "01ff", "online")
    online = picture(face)
    face.show_person("bob", "01ff", "away")
    assert not same(away, online)
    assert not same(online, picture(face))


def test_the_trust_chip_says_it_in_words(qtbot: QtBot) -> None:
    chip = trust_chip()
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Not verified"
    show_trust(chip, verified=True)
    assert chip.accessibleName() == "Verified"
    show_trust(chip, verified=True, changed=True)
    assert chip.accessibleName() == "Key changed"
    assert chip.accessibleDescription() == chip.toolTip() != ""
    assert chip.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_chip_elides_before_it_is_cut(qtbot: QtBot) -> None:
    chip = Chip(PLAIN, "direct", "Bob’s computer blocks screenshots")
    qtbot.addWidget(chip)
    assert chip.minimumSizeHint().width() < chip.sizeHint().width()
    chip.resize(chip.minimumSizeHint())
    assert painted(picture(chip)) > 0


def test_a_ring_drains_clockwise_from_the_top() -> None:
    def bright(left: float, x: int, y: int) -> bool:
        image = canvas(40, 40)
        painter = QPainter(image)
        paint_ring(painter, QRectF(4, 4, 32, 32), left, BLACK, 4)
        painter.end()
        return image.pixelColor(x, y).lightness() < 60

    right, bottom, left = (34, 20), (20, 34), (6, 20)
    assert [bright(1.0, *place) for place in (right, bottom, left)] == [True] * 3
    assert [bright(0.6, *place) for place in (right, bottom, left)] == [False, True, True]
    assert [bright(0.4, *place) for place in (right, bottom, left)] == [False, False, True]
    assert [bright(0.0, *place) for place in (right, bottom, left)] == [False] * 3


def test_two_dots_rise_in_the_last_tenth() -> None:
    def above_corner(left: float) -> bool:
        image = canvas(40, 40)
        painter = QPainter(image)
        paint_ring(painter, QRectF(4, 10, 28, 28), left, BLACK, 4)
        painter.end()
        return any(image.pixelColor(35, y) != GROUND for y in range(18))

    assert above_corner(0.09)
    assert not above_corner(0.11)
    assert not above_corner(0.0)


def test_an_arc_of_the_same_length_is_not_painted_again(qtbot: QtBot) -> None:
    ring = TimerRing(36, 4, "accent")
    qtbot.addWidget(ring)
    before = picture(ring)
    ring.set_left(0.999)
    assert arc_px(0.999, 36) == arc_px(1.0, 36)
    ring.set_left(0.5)
    assert not same(before, picture(ring))


def test_a_busy_ring_turns_only_where_it_is_seen(qtbot: QtBot, dressed: theme.Theme) -> None:
    ring = BusyRing(16, "accent")
    qtbot.addWidget(ring)
    ring.show()
    assert ring._turn.state() == ring._turn.State.Running
    ring.hide()
    assert ring._turn.state() == ring._turn.State.Stopped
    dressed.reduced_motion = True
    ring.show()
    assert ring._turn.state() == ring._turn.State.Stopped


def test_a_ring_that_knows_how_much_is_done_stands_still(
    qtbot: QtBot, dressed: theme.Theme
) -> None:
    ring = BusyRing(16, "accent")
    qtbot.addWidget(ring)
    ring.show()
    ring.show_done(0.25)
    assert ring._turn.state() == ring._turn.State.Stopped
    quarter = picture(ring)
    dressed.reduced_motion = True
    assert same(quarter, picture(ring))
    dressed.reduced_motion = False
    ring.show_done(0.5)
    assert not same(quarter, picture(ring))
    ring.show_done(None)
    assert ring._turn.state() == ring._turn.State.Running


def test_each_state_of_the_line_looks_different_and_has_a_name(qtbot: QtBot) -> None:
    line = SignatureLine()
    qtbot.addWidget(line)
    line.resize(400, 12)
    looks = []
    for state in LineState:
        line.show_state(state, f"It is {state}")
        looks.append(picture(line))
        assert line.accessibleName() == f"It is {state}"
    assert not any(same(a, b) for n, a in enumerate(looks) for b in looks[:n])


def test_the_line_fades_once_and_then_rests(qtbot: QtBot, dressed: theme.Theme) -> None:
    line = SignatureLine()
    qtbot.addWidget(line)
    line.resize(400, 12)
    line.show()
    line.show_state(LineState.BOTH, "Both here")
    assert line._change.state() == line._change.State.Running
    qtbot.waitUntil(lambda: line._change.state() == line._change.State.Stopped, timeout=2000)
    dressed.reduced_motion = True
    line.show_state(LineState.GONE, "Bob has left")
    assert line._change.state() == line._change.State.Stopped


def going(elapsed_ms: float) -> QImage:
    image = canvas()
    painter = QPainter(image)
    box = QRectF(20, 40, 200, 48)
    paint_going(painter, box, Ink(BLACK, GROUND), elapsed_ms, mine=True)
    painter.end()
    return image


def test_a_shape_comes_apart_from_its_trailing_end() -> None:
    whole = going(0)
    assert whole.pixelColor(30, 64) == BLACK
    assert whole.pixelColor(210, 64) == BLACK
    half = going(110)
    assert half.pixelColor(24, 64) != GROUND
    areas = [painted(going(ms)) for ms in (0, 60, 120, 180, 224)]
    assert areas == sorted(areas, reverse=True)
    assert 0 < painted(going(250)) < 200
    assert painted(going(300)) == 0


def test_the_height_closes_from_120_to_300_ms() -> None:
    assert height_left(0) == height_left(120) == 1
    assert 0 < height_left(200) < 1
    assert height_left(300) == height_left(400) == 0


def test_the_corner_of_a_bubble_points_to_its_owner() -> None:
    box = QRectF(0, 0, 100, 60)
    mine, theirs = bubble_path(box, mine=True), bubble_path(box, mine=False)
    right, left = QRectF(96, 56, 2, 2), QRectF(2, 56, 2, 2)
    assert mine.contains(right.center())
    assert not mine.contains(left.center())
    assert theirs.contains(left.center())
    assert not theirs.contains(right.center())


def test_the_marks_are_drawn(qtbot: QtBot) -> None:
    for widget in (Mark(), StillLeaving(), BrandPanel()):
        qtbot.addWidget(widget)
        widget.resize(widget.sizeHint().expandedTo(widget.size()))
        image = picture(widget)
        colors = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
        assert len(colors) > 1


def test_a_notice_grows_with_its_words(qtbot: QtBot) -> None:
    notice = Notice("warn", "not-verified", "Short.")
    qtbot.addWidget(notice)
    low = notice.heightForWidth(300)
    notice.say("Anybody can take a username. " * 6)
    assert notice.heightForWidth(300) > low
    assert notice.accessibleName().startswith("Anybody")


@pytest.mark.qt_log_ignore("This plugin does not support raise")  # the offscreen one
def test_words_that_are_cut_are_told_by_the_tooltip(qtbot: QtBot) -> None:
    chip, button = Chip(PLAIN, "relayed", "Relayed"), Button("Look again")
    for control, words in ((chip, "Relayed"), (button, "Look again")):
        qtbot.addWidget(control)
        control.setToolTip("Because.")
        control.resize(control.sizeHint())
        control.show()
        assert tooltip_of(control) == "Because."
        control.setMinimumWidth(0)
        control.resize(control.sizeHint() - QSize(1, 0))
        assert tooltip_of(control) == f"{words}\nBecause."


def tooltip_of(control: QWidget) -> str:
    QToolTip.hideText()
    at = control.rect().center()
    QApplication.sendEvent(control, QHelpEvent(QEvent.Type.ToolTip, at, control.mapToGlobal(at)))
    return QToolTip.text()

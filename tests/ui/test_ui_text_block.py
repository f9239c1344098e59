"""Foreign words are laid out harmlessly: no disguise, no dot outside of the bubble."""

import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from whisp_desktop.chat.buffer import MessageText
from whisp_desktop.session.commands import MessageId
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.messages import Mark, MessageRow
from whisp_desktop.ui.views.message_row import BubblePainter
from whisp_desktop.ui.views.text_block import TextBlock, harmless

GROUND = QColor("#FF00FF")
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain, with a\ttab", "plain, with a\ttab"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\x85h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("pay\u202eelif\u202c", "pay[RLO]elif[PDF]"),
        ("\u2066a\u2069 \u2067b\u2069 \u2068c", "[LRI]a[PDI] [RLI]b[PDI] [FSI]c"),
        ("\x00\x07\x7f\x9b", "[U+0000][U+0007][U+007F][U+009B]"),
        ("\ufffc\ufff9", "[U+FFFC][U+FFF9]"),
        (f"{FAMILY} \u200f\u0623\u0647\u0644", f"{FAMILY} \u200f\u0623\u0647\u0644"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_what_could_disguise_is_made_visible(words: str, shown: str) -> None:
    assert harmless(words) == shown


def block() -> TextBlock:
    return TextBlock(theme.current().font("message"), 21)


def test_words_break_where_they_must() -> None:
    assert block().measure("one", 400).height == 21
    assert block().measure("one\n\ntwo", 400).height == 63
    long = block().measure("W" * 300, 200)
    assert long.width <= 200
    assert long.height > 10 * 21


def test_the_width_is_that_of_the_words() -> None:
    assert block().measure("short", 400).width < block().measure("rather longer", 400).width < 400


def test_a_shape_holds_no_words() -> None:
    shape = block().measure("the lease", 400)
    assert "lease" not in repr(shape)


@pytest.mark.parametrize("words", ["\n" * 12_000, "a\n" * 6_000, "x " * 6_000, "\u0301" * 6_000])
def test_the_worst_words_are_laid_out(words: str) -> None:
    shape = block().measure(words, 400)
    assert shape.height >= 21
    assert shape.width <= 400


def row(words: str, *, mine: bool = False, lifetime_s: int = 0) -> MessageRow:
    text = MessageText(words.encode())
    return MessageRow(MessageId("1" * 16), mine, "Bob", text, lifetime_s, 0.0, Mark.RECEIVED)


def drawn(message: MessageRow, *, mirrored: bool = False) -> tuple[QImage, QRect]:
    bubbles = BubblePainter(500)
    bubble = QRect(60, 80, 0, 0)
    bubble.setSize(bubbles.shape(message).bubble)
    image = QImage(600, bubble.height() + 160, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(GROUND)
    painter = QPainter(image)
    if mirrored:
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    bubbles.paint(painter, message, bubble, 0.0, image.rect())
    painter.end()
    return image, bubble


@pytest.mark.parametrize(
    "words",
    [
        "W" * 400,
        "Z" + "\u0301\u0302\u0303\u0304\u0305\u0306" * 60,
        "\u0e49" * 200,
        f"{FAMILY}🇩🇪" * 40,
        "مرحبًا معي عقد الإيجار " * 10,
        "\u202e\u2067" * 40 + "abc",
        "line\n" * 12,
        "﷽" * 20,
    ],
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_no_message_draws_outside_of_its_bubble(words: str, *, mirrored: bool) -> None:
    image, bubble = drawn(row(words, lifetime_s=60), mirrored=mirrored)
    for y in range(image.height()):
        for x in range(image.width()):
            if not bubble.contains(x, y):
                assert image.pixelColor(x, y) == GROUND, (x, y)


def inked(image: QImage, box: QRect) -> bool:
    ground = image.pixelColor(box.left() + 2, box.center().y())
    return any(
        image.pixelColor(x, y) != ground
        for x in range(box.left() + 2, box.right() - 2)
        for y in range(box.top() + 2, box.bottom() - 2)
    )


def test_a_wiped_message_paints_no_words() -> None:
    message = row("the lease")
    bubbles = BubblePainter(500)
    size = bubbles.shape(message).bubble
    words = QRect(12, 8, size.width() - 24, 21)

    def look() -> QImage:
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(GROUND)
        painter = QPainter(image)
        bubbles.paint(painter, message, QRect(0, 0, size.width(), size.height()), 0, image.rect())
        painter.end()
        return image

    assert inked(look(), words)
    message.text.close()
    assert not inked(look(), words)


def test_words_that_are_not_exposed_are_not_laid_out() -> None:
    message = row("the lease")
    bubbles = BubblePainter(500)
    size = bubbles.shape(message).bubble
    bubble = QRect(0, 0, size.width(), size.height())
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(GROUND)
    painter = QPainter(image)
    bubbles.paint(painter, message, bubble, 0, QRect(0, bubble.bottom(), 10, 1))
    painter.end()
    assert not inked(image, QRect(12, 8, size.width() - 24, 21))


def test_right_to_left_words_stand_at_the_right() -> None:
    image = QImage(400, 42, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(GROUND)
    painter = QPainter(image)
    words = "\u0623\u0647\u0644\u0627\nhello"
    shape = block().measure(words, 400)
    block().paint(painter, words, shape, QRectF(0, 0, 400, 42), QColor("#000000"))
    painter.end()
    assert inked(image, QRect(340, 0, 60, 21))
    assert not inked(image, QRect(100, 0, 200, 42))
    assert inked(image, QRect(0, 21, 60, 21))


@pytest.mark.parametrize(
    ("words", "from_right"), [("\u0623\u0647\u0644 abc.", True), ("abc.", False)]
)
def test_a_paragraph_reads_as_its_first_letter_does(words: str, *, from_right: bool) -> None:
    layout = block()._lay_out(words, 400)
    start, end = (layout.lineAt(0).cursorToX(place)[0] for place in (0, len(words)))
    assert (start > end) == from_right

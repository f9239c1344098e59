"""The tokens have the contrast that the design promises; the theme follows the desktop."""

import re
from dataclasses import asdict, fields
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

import whisp_desktop.ui
from whisp_desktop.ui import theme
from whisp_desktop.ui.stylesheet import stylesheet
from whisp_desktop.ui.theme import Appearance, Theme
from whisp_desktop.ui.tokens import (
    BRAND_BOTTOM,
    BRAND_TOP,
    BRAND_WHITE,
    DARK,
    FACE_INK,
    FACES,
    LIGHT,
    Tokens,
    contrast,
    from_palette,
)

GROUNDS = ("window", "pane", "card", "sunken", "selected")
# look.md §1: light and dark, on each of the grounds above.
ON_GROUNDS = {
    "text": ((15.1, 15.1), (16.5, 15.9), (16.8, 14.1), (14.6, 12.6), (13.4, 11.6)),
    "text2": ((6.8, 8.8), (7.4, 9.3), (7.5, 8.2), (6.5, 7.3), (6.0, 6.8)),
    "text3": ((5.5, 6.6), (6.0, 6.9), (6.1, 6.1), (5.3, 5.5), (4.8, 5.0)),
    "accent": ((5.7, 9.0), (6.2, 9.5), (6.3, 8.4), (5.5, 7.5), (5.1, 6.9)),
    "warn": ((6.6, 10.0), (7.1, 10.5), (7.3, 9.3), (6.3, 8.4), (5.8, 7.7)),
    "danger": ((6.5, 8.6), (7.0, 9.1), (7.2, 8.1), (6.2, 7.2), (5.7, 6.7)),
}
PAIRS = {
    ("accent", "accent_tint"): (5.4, 7.2),
    ("warn", "warn_tint"): (6.5, 8.3),
    ("danger", "danger_tint"): (6.1, 7.4),
    ("on_accent", "accent_fill"): (6.1, 5.4),
    ("on_accent", "accent_fill_hover"): (7.5, 4.9),
    ("on_accent", "accent_fill_press"): (9.5, 6.8),
    ("on_accent", "danger_fill"): (6.4, 5.3),
    ("mine_text", "mine"): (6.1, 6.9),
    ("mine_meta", "mine"): (4.7, 5.2),
    ("text3", "theirs"): (5.3, 5.5),
    ("tip_text", "tip"): (14.0, 14.4),
}
TINTS = ("accent_tint", "warn_tint", "danger_tint")
SHAPES = {
    "line_strong": (3.2, 3.4),
    "accent": (5.1, 6.9),
    "online": (3.4, 5.6),
    "warn_mark": (3.4, 6.1),
    "danger": (5.7, 6.7),
}


def measured(tokens: Tokens, ink: str, ground: str) -> float:
    return contrast(getattr(tokens, ink), getattr(tokens, ground))


@pytest.mark.parametrize(("tokens", "column"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_every_contrast_of_the_design_holds(tokens: Tokens, column: int) -> None:
    for ink, row in ON_GROUNDS.items():
        for ground, promised in zip(GROUNDS, row, strict=True):
            assert measured(tokens, ink, ground) == pytest.approx(promised[column], abs=0.06)
    for (ink, ground), promised in PAIRS.items():
        assert measured(tokens, ink, ground) == pytest.approx(promised[column], abs=0.06)
    assert all(measured(tokens, "text", tint) >= 12.0 for tint in TINTS)
    assert all(measured(tokens, "text2", tint) >= 6.25 for tint in TINTS)


@pytest.mark.parametrize(("tokens", "column"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_shapes_stand_out_on_the_worst_ground(tokens: Tokens, column: int) -> None:
    for ink, promised in SHAPES.items():
        worst = min(measured(tokens, ink, ground) for ground in GROUNDS)
        assert worst == pytest.approx(promised[column], abs=0.06)
        assert worst >= 3


def test_faces_and_the_brand_panel_can_be_read() -> None:
    assert len(FACES) == 8
    assert all(contrast(FACE_INK, ground) >= 5.95 for ground in FACES)
    assert contrast(BRAND_WHITE, BRAND_BOTTOM) == pytest.approx(7.6, abs=0.06)
    assert contrast(BRAND_WHITE, BRAND_TOP) >= 3.95


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_knows_no_colour_but_the_tokens(tokens: Tokens) -> None:
    sheet = stylesheet(tokens, 1.0, 1)
    used = set(re.findall(r"#[0-9A-Fa-f]{6,8}\b", sheet))
    assert used <= {*asdict(tokens).values(), BRAND_WHITE}
    assert "$" not in sheet


def test_no_view_names_a_colour_of_its_own() -> None:
    folder = Path(whisp_desktop.ui.__path__[0])
    for source in folder.rglob("*.py"):
        if source.name != "tokens.py":
            assert not re.search(r'"#[0-9A-Fa-f]{6}"', source.read_text()), source.name


def test_dark_and_light_can_be_chosen(dressed: Theme, qapp: QApplication) -> None:
    told: list[bool] = []
    dressed.changed.connect(lambda: told.append(dressed.dark))
    dressed.set_appearance(Appearance.DARK)
    assert dressed.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.pane)
    dressed.set_appearance(Appearance.LIGHT)
    assert dressed.tokens is LIGHT
    assert told == [True, False]


def test_system_follows_the_desktop(dressed: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    dressed.set_appearance(Appearance.SYSTEM)
    assert dressed.tokens is LIGHT

    desktop = SimpleNamespace(colorScheme=lambda: Qt.ColorScheme.Dark)
    monkeypatch.setattr(dressed, "_hints", desktop)
    dressed._take_scheme()
    assert dressed.tokens is DARK


def test_high_contrast_takes_the_colours_of_the_desktop(
    dressed: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = SimpleNamespace(contrastPreference=lambda: Qt.ContrastPreference.HighContrast)
    monkeypatch.setattr(dressed, "_accessibility", asks)
    dressed._take_scheme()
    assert dressed.line_px == 2
    assert dressed.tokens == from_palette(dressed._system_palette)
    assert not set(asdict(dressed.tokens).values()) & {LIGHT.accent, LIGHT.text, LIGHT.mine}


def test_every_token_has_a_value_in_both_themes() -> None:
    for field in fields(Tokens):
        for tokens in (LIGHT, DARK):
            assert re.fullmatch(r"#(?:[0-9A-F]{2})?[0-9A-F]{6}", getattr(tokens, field.name))


def test_nobody_can_change_the_fonts_that_others_use(dressed: Theme) -> None:
    font = dressed.font("strong")
    font.setPixelSize(99)
    assert dressed.font("strong").pixelSize() == dressed.px(14)


def test_digits_are_tabular_and_never_smaller_than_the_design(dressed: Theme) -> None:
    font = dressed.digits_font(19, 2)
    assert font.pixelSize() >= 19
    assert font.letterSpacing() >= 2
    assert [tag.toString() for tag in font.featureTags()] == ["tnum"]


def test_the_theme_is_installed_once(qapp: QApplication, dressed: Theme) -> None:
    assert theme.install(qapp) is dressed
    assert theme.current() is dressed

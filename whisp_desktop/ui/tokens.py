"""The colours of Whisp by name, light and dark (look.md §1), and how contrast is counted."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour a purpose, each `#RRGGBB`; `scrim` alone is `#AARRGGBB`."""

    window: str
    pane: str
    card: str
    sunken: str
    selected: str
    line: str
    line_strong: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_fill: str
    accent_fill_hover: str
    accent_fill_press: str
    on_accent: str
    accent_tint: str
    mine: str
    mine_text: str
    mine_meta: str
    theirs: str
    online: str
    warn_mark: str
    warn: str
    warn_tint: str
    danger: str
    danger_fill: str
    danger_tint: str
    tip: str
    tip_text: str
    scrim: str


LIGHT: Final = Tokens(
    window="#EFF4F3",
    pane="#FBFDFC",
    card="#FFFFFF",
    sunken="#E9F0EF",
    selected="#DCE8E6",
    line="#D7E0DE",
    line_strong="#6F8283",
    text="#10201F",
    text2="#455856",
    text3="#536664",
    accent="#0B6B66",
    accent_fill="#0D6E69",
    accent_fill_hover="#0A5F5B",
    accent_fill_press="#084E4B",
    on_accent="#FFFFFF",
    accent_tint="#DDF0ED",
    mine="#0D6E69",
    mine_text="#FFFFFF",
    mine_meta="#CDE8E5",
    theirs="#E9F0EF",
    online="#0F8A80",
    warn_mark="#B26A00",
    warn="#7F4A00",
    warn_tint="#FFF1D6",
    danger="#A8231B",
    danger_fill="#B42A21",
    danger_tint="#FCE9E7",
    tip="#1B2B2A",
    tip_text="#F2FBFA",
    scrim="#6110201F",
)

DARK: Final = Tokens(
    window="#121A1A",
    pane="#0D1414",
    card="#18211F",
    sunken="#1F2A29",
    selected="#20312F",
    line="#283534",
    line_strong="#6E8280",
    text="#E6EFEE",
    text2="#ABBAB8",
    text3="#90A19F",
    accent="#5ECABF",
    accent_fill="#12776F",
    accent_fill_hover="#157F77",
    accent_fill_press="#0F665F",
    on_accent="#FFFFFF",
    accent_tint="#12302D",
    mine="#0F625D",
    mine_text="#F4FCFB",
    mine_meta="#BFE3DF",
    theirs="#1F2A29",
    online="#3CB8AC",
    warn_mark="#E0A33A",
    warn="#F0BA5C",
    warn_tint="#322710",
    danger="#FF9A90",
    danger_fill="#C23A30",
    danger_tint="#3A1F1C",
    tip="#E6EFEE",
    tip_text="#10201F",
    scrim="#8C000000",
)

FACES: Final = (
    "#55589E",
    "#8F5428",
    "#77488A",
    "#376788",
    "#4C6B2F",
    "#9A3F5B",
    "#55636B",
    "#7A5A1E",
)
"""Grounds of faces, the same in both themes."""
FACE_INK: Final = "#FFFFFF"

BRAND_TOP: Final = "#128A82"
BRAND_BOTTOM: Final = "#0A5A5B"
BRAND_WHITE: Final = "#F2FBFA"

CODE_INK: Final = "#10201F"
CODE_CARD: Final = "#FFFFFF"
"""A code is dark on light in both themes: not every reader knows light codes on dark ground."""
CAMERA_GROUND: Final = "#0D1414"
CAMERA_TARGET: Final = "#5ECABF"
"""The camera is dark in both themes."""


def from_palette(palette: QPalette) -> Tokens:
    """Return the tokens of a high-contrast desktop: its own colours, and none of ours."""

    def name(role: QPalette.ColorRole) -> str:
        return palette.color(QPalette.ColorGroup.Active, role).name()

    ground = name(QPalette.ColorRole.Window)
    base = name(QPalette.ColorRole.Base)
    text = name(QPalette.ColorRole.WindowText)
    mark = name(QPalette.ColorRole.Highlight)
    on_mark = name(QPalette.ColorRole.HighlightedText)
    grounds = dict.fromkeys(
        ("window", "pane", "sunken", "selected", "theirs", "accent_tint"), ground
    )
    tints = dict.fromkeys(("warn_tint", "danger_tint"), ground)
    inks = dict.fromkeys(
        ("line", "line_strong", "text", "text2", "text3", "accent", "online", "warn_mark"), text
    )
    fills = dict.fromkeys(
        ("accent_fill", "accent_fill_hover", "accent_fill_press", "mine", "danger_fill"), mark
    )
    on_fills = dict.fromkeys(("on_accent", "mine_text", "mine_meta"), on_mark)
    return Tokens(
        **grounds,
        **tints,
        **inks,
        **fills,
        **on_fills,
        card=base,
        warn=text,
        danger=text,
        tip=name(QPalette.ColorRole.ToolTipBase),
        tip_text=name(QPalette.ColorRole.ToolTipText),
        scrim="#8C000000",
    )


def contrast(ink: str, ground: str) -> float:
    """Return the contrast of two opaque colours, 1 to 21 (WCAG 2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    color = QColor(name)
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])

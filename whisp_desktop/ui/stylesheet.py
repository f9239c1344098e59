"""The style sheet of buttons, fields and menus: a template whose every colour is a token.

A widget says what it is by the dynamic properties `kind` (buttons), `tone` (words), `ground`
(panels) and `wrong` (fields); sizes that belong to words grow with the desktop's font.
"""

from dataclasses import asdict
from string import Template
from typing import Final

from whisp_desktop.ui.tokens import BRAND_WHITE, Tokens

_TEMPLATE: Final = Template("""
QToolTip { background: $tip; color: $tip_text; border: 0; padding: 4px 8px; }

QLabel { background: transparent; color: $text; }
QLabel[tone="text2"] { color: $text2; }
QLabel[tone="text3"] { color: $text3; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="brand"] { color: $brand_white; }

QWidget[ground="window"] { background: $window; }
QWidget[ground="pane"] { background: $pane; }
QFrame[ground="card"] { background: $card; border: ${edge}px solid $line; border-radius: 12px; }
QFrame[ground="sunken"] { background: $sunken; border: 0; border-radius: 12px; }
QFrame[ground="well"] { background: $sunken; border: 0; border-radius: 14px; }
QFrame[ground="warn"] { background: $warn_tint; border: 0; border-radius: 12px; }
QFrame[ground="danger"] { background: $danger_tint; border: 0; border-radius: 12px; }
QFrame[ground="accent"] { background: $accent_tint; border: 0; border-radius: 12px; }
QFrame[ground="line"] { background: $line; border: 0; }

QPushButton {
    border-radius: 8px; padding: 0 16px; min-height: ${button}px;
    background: $card; color: $text; border: ${edge}px solid $line_strong; outline: 0;
}
QPushButton[dense="true"] { padding: 0 12px; min-height: ${dense}px; }
QPushButton:hover { background: $selected; }
QPushButton:pressed { background: $line; }
QPushButton[kind="primary"] {
    background: $accent_fill; color: $on_accent; border-color: $accent_fill;
}
QPushButton[kind="primary"]:hover {
    background: $accent_fill_hover; border-color: $accent_fill_hover;
}
QPushButton[kind="primary"]:pressed {
    background: $accent_fill_press; border-color: $accent_fill_press;
}
QPushButton[kind="danger"] {
    background: $danger_fill; color: $on_accent; border-color: $danger_fill;
}
QPushButton[kind="quiet-danger"] { color: $danger; }
QPushButton[kind="link"] {
    background: transparent; color: $accent; border-color: transparent; padding: 0 8px;
}
QPushButton[kind="link"]:hover { background: $sunken; }
QPushButton[kind="icon"] {
    background: transparent; border: 0; padding: 0;
    min-width: 40px; max-width: 40px; min-height: 40px; max-height: 40px;
}
QPushButton[kind="icon"]:hover { background: $sunken; }
QPushButton[kind="icon"]:pressed { background: $selected; }
QPushButton[kind="send"] {
    background: $accent_fill; border: 0; padding: 0;
    min-width: 40px; max-width: 40px; min-height: 40px; max-height: 40px;
}
QPushButton[kind="send"]:hover { background: $accent_fill_hover; }
QPushButton[kind="send"]:pressed { background: $accent_fill_press; }
QPushButton[kind="pill"] {
    background: $accent_tint; color: $accent; border: 0; border-radius: ${pill_round}px;
    min-height: ${pill}px; padding: 0 10px 0 8px;
}
QPushButton[kind="pill"]:hover { background: $selected; }
QPushButton[kind="choice"] { border: 0; padding: 0; min-height: ${pill}px; }
QPushButton[kind="segment"] { border-radius: 0; border-right: 0; min-height: ${dense}px; }
QPushButton[kind="segment"][end="first"] {
    border-top-left-radius: 8px; border-bottom-left-radius: 8px;
}
QPushButton[kind="segment"][end="last"] {
    border-right: ${edge}px solid $line_strong;
    border-top-right-radius: 8px; border-bottom-right-radius: 8px;
}
QPushButton[kind="segment"]:checked { background: $accent_tint; color: $accent; font-weight: 600; }
QPushButton:disabled, QPushButton[kind]:disabled {
    background: $sunken; color: $text3; border-color: $sunken;
}
QPushButton[kind="icon"]:disabled, QPushButton[kind="link"]:disabled {
    background: transparent; border-color: transparent;
}

QLineEdit {
    background: $card; color: $text; border: ${edge}px solid $line_strong; border-radius: 8px;
    padding: 0 12px; min-height: ${field}px;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}
QLineEdit:focus { border: 2px solid $accent; padding: 0 11px; min-height: ${field_focus}px; }
QLineEdit[wrong="true"] {
    border: 2px solid $danger; padding: 0 11px; min-height: ${field_focus}px;
}
QLineEdit:disabled { background: $sunken; color: $text3; }

QComboBox {
    background: $card; color: $text; border: ${edge}px solid $line_strong; border-radius: 8px;
    padding: 0 12px; min-height: ${field}px;
}
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $card; color: $text; border: ${edge}px solid $line;
    selection-background-color: $selected; selection-color: $text;
}

QPlainTextEdit[kind="words"] {
    background: transparent; color: $text; border: 0; padding: 0;
    selection-background-color: $accent_fill; selection-color: $on_accent;
}

QAbstractItemView { background: $pane; border: 0; outline: 0; }
QListWidget { background: $window; color: $text; padding: 0 8px; }
QListWidget::item { border: 2px solid transparent; border-radius: 8px; padding: 0 10px; }
QListWidget::item:hover { background: $selected; }
QListWidget::item:selected { background: $selected; color: $text; }
QListWidget::item:focus { border-color: $accent; }

QScrollArea, QScrollArea > QWidget > QWidget[ground=""] { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
    background: $line_strong; border-radius: 3px; min-height: 32px; margin: 2px;
}
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $card; color: $text; border: ${edge}px solid $line; padding: 6px; }
QMenu::item { padding: 8px 16px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { background: $line; height: 1px; margin: 6px 0; }
QSplitter::handle { background: $line; }
""")


def stylesheet(tokens: Tokens, scale: float, line_px: int) -> str:
    """Return the sheet in these colours; `scale` multiplies the sizes that belong to words."""
    edges = 2 * line_px
    return _TEMPLATE.substitute(
        asdict(tokens),
        brand_white=BRAND_WHITE,
        edge=line_px,
        button=round(40 * scale) - edges,
        field=round(40 * scale) - edges,
        field_focus=round(40 * scale) - 4,
        dense=round(36 * scale) - edges,
        pill=round(36 * scale),
        pill_round=round(36 * scale) // 2,
    )

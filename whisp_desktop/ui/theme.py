"""The look of the window as one object: tokens, fonts, palette and style sheet.

There is one `Theme` an application: `install` makes it, `current` gives it to painters.
"""

import sys
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from whisp_desktop.ui.stylesheet import stylesheet
from whisp_desktop.ui.tokens import DARK, LIGHT, Tokens, from_palette


class Appearance(StrEnum):
    """What Settings offers under "Look and language"."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class _Role(NamedTuple):
    size_px: int
    line_px: int
    weight: QFont.Weight


_REGULAR: Final = QFont.Weight.Normal
_BOLD: Final = QFont.Weight.DemiBold
_ROLES: Final = {
    "hero": _Role(32, 40, _BOLD),
    "display": _Role(24, 32, _BOLD),
    "sheet": _Role(21, 28, _BOLD),
    "title": _Role(17, 24, _BOLD),
    "message": _Role(15, 21, _REGULAR),
    "body": _Role(14, 20, _REGULAR),
    "strong": _Role(14, 20, _BOLD),
    "small": _Role(13, 18, _REGULAR),
    "caption": _Role(12, 16, _REGULAR),
    "caption_strong": _Role(12, 16, _BOLD),
    "digits": _Role(19, 28, _BOLD),
}
_DEFAULT_SIZE_PX: Final = {"darwin": 13.0, "win32": 12.0}
_DEFAULT_SIZE_LINUX_PX: Final = 14.67


class Theme(QObject):
    """Colours, fonts and sizes of now; `changed` says that all of them must be asked anew."""

    changed = Signal()
    installed: ClassVar["Theme | None"] = None

    def __init__(self, app: QApplication, appearance: Appearance = Appearance.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._system_palette = QPalette(app.palette())
        self._appearance = appearance
        self._colors: dict[str, QColor] = {}
        self.reduced_motion = False
        """The switch under "Look and language": every animation is shorter or none."""
        # Both are kept: PySide ends the second one's wrapper with the first's.
        self._hints = QGuiApplication.styleHints()
        self._accessibility = self._hints.accessibility()
        self._hints.colorSchemeChanged.connect(self._take_scheme)
        self._accessibility.contrastPreferenceChanged.connect(self._take_scheme)
        app.setStyle("Fusion")
        self._take_fonts()
        self._apply()

    @property
    def appearance(self) -> Appearance:
        """System, light or dark, as chosen."""
        return self._appearance

    def set_appearance(self, appearance: Appearance) -> None:
        """Choose; the desktop's own parts (title bar, file dialogs) follow where they can."""
        self._appearance = appearance
        self._hints.setColorScheme(_SCHEMES[appearance])
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """The colours of now."""
        return self._tokens

    @property
    def dark(self) -> bool:
        """Whether the ground is dark."""
        return self.color("pane").lightness() < 128

    @property
    def line_px(self) -> int:
        """How thick an edge is: 1, or 2 where the desktop asks for high contrast."""
        return 2 if self._high_contrast() else 1

    def color(self, token: str) -> QColor:
        """Return the colour of a token."""
        if token not in self._colors:
            self._colors[token] = QColor(getattr(self._tokens, token))
        return self._colors[token]

    def font(self, role: str) -> QFont:
        """Return the font of a role of look.md §2; the sizes follow the desktop's font size."""
        return QFont(self._fonts[role])

    def digits_font(self, size_px: int, spacing_px: float) -> QFont:
        """Tabular figures for safety numbers and codes, 18 to 48 px at the default size."""
        font = self._make_font(size_px, size_px, _BOLD)
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing_px * self._scale)
        return font

    def line_height_px(self, role: str) -> int:
        """Return the height of a line of this role."""
        return self.px(_ROLES[role].line_px)

    def px(self, size: float) -> int:
        """Return a size that belongs to words, in px, at the desktop's font size."""
        return round(size * self._scale)

    def duration_ms(self, normal_ms: int) -> int:
        """How long an animation lasts: none with reduced motion."""
        return 0 if self.reduced_motion else normal_ms

    def _take_fonts(self) -> None:
        self._scale = _font_scale()
        self._fonts = {role: self._make_font(*shape) for role, shape in _ROLES.items()}
        self._app.setFont(self._fonts["body"])

    def _make_font(self, size_px: int, _line_px: int, weight: QFont.Weight) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font.setPixelSize(self.px(size_px))
        font.setWeight(weight)
        return font

    def _high_contrast(self) -> bool:
        return self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast

    def _choose(self) -> Tokens:
        if self._high_contrast():
            return from_palette(self._system_palette)
        system = self._hints.colorScheme()
        scheme = {Appearance.LIGHT: Qt.ColorScheme.Light, Appearance.DARK: Qt.ColorScheme.Dark}.get(
            self._appearance, system
        )
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _take_scheme(self) -> None:
        if self._choose() != self._tokens:
            self._apply()

    def _apply(self) -> None:
        self._tokens = self._choose()
        self._colors.clear()
        self._app.setPalette(self._palette())
        self._app.setStyleSheet(stylesheet(self._tokens, self._scale, self.line_px))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _PALETTE.items():
            palette.setColor(role, self.color(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text3"))
        return palette


_SCHEMES: Final = {
    Appearance.SYSTEM: Qt.ColorScheme.Unknown,
    Appearance.LIGHT: Qt.ColorScheme.Light,
    Appearance.DARK: Qt.ColorScheme.Dark,
}
_PALETTE: Final = {
    QPalette.ColorRole.Window: "pane",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "card",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Button: "card",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "accent_fill",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.ToolTipBase: "tip",
    QPalette.ColorRole.ToolTipText: "tip_text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Accent: "accent",
}


def _font_scale() -> float:
    """Return the desktop's font size against its default; at least 1: nothing is below 12 px."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    default_px = _DEFAULT_SIZE_PX.get(sys.platform, _DEFAULT_SIZE_LINUX_PX)
    return max(1.0, QFontInfo(font).pixelSize() / default_px)


def install(app: QApplication, appearance: Appearance = Appearance.SYSTEM) -> Theme:
    """Dress the application; a second call gives the theme of the first."""
    if Theme.installed is None:
        Theme.installed = Theme(app, appearance)
    return Theme.installed


def current() -> Theme:
    """Return the theme of the application; painters ask for it at every paint."""
    if Theme.installed is None:
        raise LookupError("The theme is installed before the first widget.")
    return Theme.installed


def refresh_style(widget: QWidget) -> None:
    """Let the style sheet look at a widget again after one of its properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)

"""Icons by what they mean: Phosphor glyphs out of QtAwesome's font, drawn as paths.

QtAwesome itself is not imported: it would load twelve fonts before the first window is painted.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
    QTransform,
)

from whisp_desktop.ui import theme

NAMES: Final = {
    "find": "magnifying-glass",
    "ask": "hand-waving",
    "card": "qr-code",
    "rename": "pencil-simple",
    "remove": "user-minus",
    "block": "prohibit",
    "group": "users-three",
    "members": "users",
    "verified": "circle-wavy-check-fill",
    "not-verified": "circle-wavy-question",
    "key-changed": "circle-wavy-warning",
    "safety-number": "fingerprint",
    "direct": "arrows-left-right",
    "relayed": "hard-drives",
    "hidden": "path",
    "capture-enforced": "camera-slash",
    "capture-best-effort": "eye-slash",
    "capture-absent": "monitor",
    "timer": "timer",
    "sending": "clock",
    "delivered": "check",
    "seen": "checks",
    "not-sent": "warning-circle",
    "attach": "paperclip",
    "camera": "camera",
    "emoji": "smiley",
    "send": "arrow-up",
    "photo": "image",
    "file": "file-text",
    "save": "download-simple",
    "folder": "folder-open",
    "pause": "pause",
    "resume": "play",
    "cancel": "x",
    "leave": "sign-out",
    "lock": "lock-key",
    "panic": "wind",
    "reveal": "hand",
    "back": "arrow-left",
    "more": "dots-three-vertical",
    "settings": "gear-six",
    "you": "user-circle",
    "notifications": "bell",
    "look": "palette",
    "protection": "shield-check",
    "computer": "desktop",
    "laptop": "laptop",
    "servers": "hard-drives",
    "self-test": "heartbeat",
    "help": "question",
    "key": "key",
    "print": "printer",
    "code": "hash",
    "done": "check-circle",
    "caution": "warning",
    "failed": "x-circle",
    "not-run": "circle-dashed",
    "fact": "info",
    "again": "arrow-clockwise",
    "add": "plus",
    "unfold": "caret-down",
    "work": "hourglass",
    "power": "power",
    "chosen": "check",
}
"""From a role to Phosphor's name of it (`ph.NAME` in QtAwesome's words)."""

_OF_DIRECTION: Final = frozenset({"back", "leave"})
_EM_PX: Final = 256.0


@cache
def _phosphor() -> tuple[QRawFont, dict[str, str]]:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("QtAwesome's fonts are missing.")
    fonts = Path(spec.submodule_search_locations[0]) / "fonts"
    codes = json.loads((fonts / "phosphor-charmap-1.3.0.json").read_bytes())
    return QRawFont(str(fonts / "phosphor-1.3.0.ttf"), _EM_PX), codes


@cache
def glyph(role: str) -> QPainterPath:
    """Return the outline of an icon in a box of 256 by 256."""
    font, codes = _phosphor()
    index = font.glyphIndexesForString(chr(int(codes[NAMES[role]], 16)))[0]
    path = font.pathForGlyph(index).translated(0, _EM_PX)
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def paint(painter: QPainter, role: str, box: QRectF, color: QColor) -> None:
    """Draw an icon into a square; arrows of direction turn with the layout's direction."""
    scale = box.height() / _EM_PX
    place = QTransform.fromTranslate(box.x(), box.y()).scale(scale, scale)
    if role in _OF_DIRECTION and _right_to_left():
        place = place.translate(_EM_PX, 0).scale(-1, 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(place.map(glyph(role)), color)
    painter.restore()


def _right_to_left() -> bool:
    return QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft


class _Engine(QIconEngine):
    """An icon whose colour is looked up when it is drawn, so that it follows the theme."""

    def __init__(self, role: str, ink: str) -> None:
        super().__init__()
        self._role = role
        self._ink = ink

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the glyph."""
        inks = {QIcon.Mode.Disabled: "text3", QIcon.Mode.Selected: "accent"}
        ink = inks.get(mode, self._ink)
        side = min(rect.width(), rect.height())
        corner = QPointF(rect.center()) - QPointF(side / 2 - 0.5, side / 2 - 0.5)
        box = QRectF(corner, QSize(side, side))
        paint(painter, self._role, box, theme.current().color(ink))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the glyph on a clear ground, of `size` device pixels."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """Another engine of the same glyph."""
        return _Engine(self._role, self._ink)


def icon(role: str, ink: str = "text2") -> QIcon:
    """Return an icon for buttons and menus, in the colour of the token `ink`."""
    return QIcon(_Engine(role, ink))

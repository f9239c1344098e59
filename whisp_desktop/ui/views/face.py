"""A face: a squircle with an initial, coloured by the account key, and a presence mark."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.names import initial
from whisp_desktop.ui.tokens import FACE_INK, FACES

_RADIUS: Final = 0.24
_INITIAL: Final = 0.42
_MARK_PX: Final = 4.5
_GAP_PX: Final = 2.0
_INWARDS_PX: Final = 3.5
_RING_PX: Final = 2.5
_OUTSIDE_PX: Final = 1


def face_color(account_key: str) -> QColor:
    """One of eight, by the first byte of the key (hexadecimal digits)."""
    return QColor(FACES[int(account_key[:2], 16) % len(FACES)] if account_key else FACES[6])


def paint_face(painter: QPainter, box: QRectF, name: str, account_key: str) -> None:
    """Draw the squircle and the initial into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(face_color(account_key))
    radius = box.width() * _RADIUS
    painter.drawRoundedRect(box, radius, radius)
    font = theme.current().font("strong")
    font.setPixelSize(max(10, round(box.height() * _INITIAL)))
    painter.setFont(font)
    painter.setPen(QColor(FACE_INK))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, initial(name))
    painter.restore()


def paint_presence(painter: QPainter, box: QRectF, presence: str, ground: str) -> None:
    """Draw the mark at the lower trailing corner of a face; offline has none.

    `presence` is `online`, `away` or `offline`; `ground` is the token of what lies around it.
    """
    if presence not in {"online", "away"}:
        return
    colors = theme.current()
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    x = box.left() + _INWARDS_PX if mirrored else box.right() - _INWARDS_PX
    center = QPointF(x, box.bottom() - _INWARDS_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.color(ground))
    painter.drawEllipse(center, _MARK_PX + _GAP_PX, _MARK_PX + _GAP_PX)
    if presence == "online":
        painter.setBrush(colors.color("online"))
        painter.drawEllipse(center, _MARK_PX, _MARK_PX)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("warn_mark"), _RING_PX))
        radius = _MARK_PX - _RING_PX / 2
        painter.drawEllipse(center, radius, radius)
    painter.restore()


class Face(QWidget):
    """A face as a widget; a picture only, its name is said by what stands beside it."""

    def __init__(self, side_px: int, ground: str = "pane", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_px = side_px
        self._ground = ground
        self._name = ""
        self._account_key = ""
        self._presence = "offline"
        self.setFixedSize(self.sizeHint())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def show_person(self, name: str, account_key: str, presence: str = "offline") -> None:
        """Whose face it is, and whether they are here."""
        self._name, self._account_key, self._presence = name, account_key, presence
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square, and room for the mark that stands out of it."""
        return QSize(self._side_px + _OUTSIDE_PX, self._side_px + 2 * _OUTSIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face and its mark."""
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = QRectF(_OUTSIDE_PX if mirrored else 0, _OUTSIDE_PX, self._side_px, self._side_px)
        paint_face(painter, box, self._name, self._account_key)
        paint_presence(painter, box, self._presence, self._ground)

"""A recovery sheet on paper: what it is, its code, its characters, and how to come back."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPaintDevice, QPainter

from whisp_desktop.optics.qr_drawing import draw
from whisp_desktop.session.answers import RecoverySheet
from whisp_desktop.ui.views.code_picture import paint_code

_POINTS_AN_INCH = 72
_CODE_PT, _TITLE_PT, _WORDS_PT = 200, 20, 11
_GROUPS_A_LINE = 6


def print_sheet(device: QPaintDevice, sheet: RecoverySheet) -> None:
    """Paint it on one page of `device`."""
    painter = QPainter(device)
    scale = device.logicalDpiX() / _POINTS_AN_INCH
    painter.scale(scale, scale)
    width, height = painter.window().width() / scale, painter.window().height() / scale
    below = _write(painter, QRectF(0, 0, width, height), _words("Whisp recovery sheet"), _TITLE_PT)
    how = _words(
        "It holds an account key, sealed by a passphrase. To come back: start Whisp on a new"
        " computer, choose “I have Whisp on another device”, then “I have a recovery sheet”. Keep"
        " this paper away from the passphrase. It does not help after a device that holds the"
        " account key was revoked."
    )
    below = _write(painter, QRectF(0, below, width, height), how, _WORDS_PT)
    paint_code(painter, QRectF(0, below, _CODE_PT, _CODE_PT), draw(sheet.qr))
    groups = sheet.text.split()
    lines = (groups[at : at + _GROUPS_A_LINE] for at in range(0, len(groups), _GROUPS_A_LINE))
    text = "\n".join("  ".join(line) for line in lines)
    _write(painter, QRectF(0, below + _CODE_PT, width, height), f"\n{text}", _WORDS_PT + 2)
    painter.end()


def _words(text: str) -> str:
    return QCoreApplication.translate("RecoveryPrint", text)


def _write(painter: QPainter, box: QRectF, words: str, size_pt: float) -> float:
    """Write words in a box and return where they end, with a gap."""
    font = QFont()
    font.setPixelSize(round(size_pt))
    painter.setFont(font)
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
    place = painter.boundingRect(box, flags, words)
    painter.drawText(box, flags, words)
    return place.bottom() + size_pt

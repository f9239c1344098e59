"""What the camera sees, mirrored as in a mirror; of each frame nothing stays."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from whisp_desktop.optics.preview import Preview
from whisp_desktop.ui import theme
from whisp_desktop.ui.tokens import CAMERA_GROUND, CAMERA_TARGET

_RADIUS_PX: Final = 12
_CORNER_SHARE: Final = 0.12
_TARGET_SHARE: Final = 0.7
_LEAST_PX: Final = 140


class CameraPreview(QWidget):
    """Paints the newest frame and wipes the one before it; `clear` wipes the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(theme.current().px(_LEAST_PX))
        self.setAccessibleName(self.tr("What the camera sees"))

    def show_frame(self, preview: Preview) -> None:
        """Show a frame, which is wiped when the next one comes."""
        self.clear()
        self._preview = preview

    def clear(self) -> None:
        """Forget what was seen."""
        if self._preview is not None:
            self._preview.close()
            self._preview = None
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer the form of a webcam's picture."""
        width = theme.current().px(512)
        return QSize(width, self.heightForWidth(width))

    def heightForWidth(self, width: int) -> int:
        """Return the height of a picture of 16 by 9."""
        return width * 9 // 16

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the whole with the frame, and mark where a code is looked for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(room, _RADIUS_PX, _RADIUS_PX)
        painter.fillPath(path, QColor(CAMERA_GROUND))
        preview = self._preview
        if preview is not None:
            painter.setClipPath(path)
            image = QImage(
                preview.pixels,
                preview.width,
                preview.height,
                3 * preview.width,
                QImage.Format.Format_RGB888,
            )
            painter.drawImage(_covering(room, image.size()), image)
        self._draw_target(painter, room)

    def _draw_target(self, painter: QPainter, room: QRectF) -> None:
        side = min(room.width(), room.height()) * _TARGET_SHARE
        target = QRectF(0, 0, side, side)
        target.moveCenter(room.center())
        arm = side * _CORNER_SHARE
        painter.setPen(
            QPen(QColor(CAMERA_TARGET), theme.current().px(3), c=Qt.PenCapStyle.RoundCap)
        )
        for corner, right, down in (
            (target.topLeft(), 1, 1),
            (target.topRight(), -1, 1),
            (target.bottomLeft(), 1, -1),
            (target.bottomRight(), -1, -1),
        ):
            painter.drawLine(corner, corner + QPointF(right * arm, 0))
            painter.drawLine(corner, corner + QPointF(0, down * arm))


def _covering(room: QRectF, size: QSize) -> QRectF:
    """Return where a picture of this size covers the room."""
    scale = max(room.width() / size.width(), room.height() / size.height())
    covering = QRectF(0, 0, size.width() * scale, size.height() * scale)
    covering.moveCenter(room.center())
    return covering

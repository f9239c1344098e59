"""A vertical scroll area that gives wrapped words the height which they need at its width."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class Scroll(QScrollArea):
    """Holds `column`; where there is height to spare in the middle, or else at the top."""

    def __init__(self, ground: str = "pane") -> None:
        super().__init__()
        self._above_px, self._below_px = 0, 0
        self.is_centred = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ground = QWidget()
        self.ground.setProperty("ground", ground)
        self.ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self.ground)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(self.ground)
        self.ground.installEventFilter(self)

    def set_insets(self, above_px: int, below_px: int) -> None:
        """Keep at least this much free above and below."""
        self._above_px, self._below_px = above_px, below_px
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit anew when something inside became higher or lower."""
        if watched is self.ground and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Spare height lies in the margins: a stretch would take some from the words."""
        room = self.viewport().size()
        margins = self.column.contentsMargins()
        words_px = self.column.totalHeightForWidth(room.width())
        words_px -= margins.top() + margins.bottom()
        spare = max(0, room.height() - words_px - self._above_px - self._below_px)
        above = self._above_px + (spare // 2 if self.is_centred else 0)
        below = self._above_px + self._below_px + spare - above
        if (above, below) != (margins.top(), margins.bottom()):
            self.column.setContentsMargins(0, above, 0, below)
        self.ground.resize(room.width(), above + words_px + below)

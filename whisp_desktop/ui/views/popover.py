"""A panel over the pane, at the control that opened it: menus and questions of one breath.

It lies inside the window: what protects the window from being recorded protects it as well.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget
from shiboken6 import isValid

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.scroll import Scroll

_GAP_PX: Final = 12
_DISTANCE_PX: Final = 8


class Popover(QWidget):
    """Covers its parent; a click beside the panel or Esc closes it, and the focus goes back."""

    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.panel = QFrame(self)
        self.panel.setProperty("ground", "card")
        self.column = QVBoxLayout()
        self.contents = _Contents(ground="")
        self.contents.column.addLayout(self.column)
        frame = QVBoxLayout(self.panel)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self.contents)
        shadow = QGraphicsDropShadowEffect(self.panel)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 8)
        shade = QColor(
            Qt.GlobalColor.black if theme.current().dark else theme.current().color("text")
        )
        shade.setAlphaF(0.5 if theme.current().dark else 0.18)
        shadow.setColor(shade)
        self.panel.setGraphicsEffect(shadow)
        for other in parent.findChildren(Popover):
            if other is not self and other.isVisible():
                other.dismiss()
        self._before = QApplication.focusWidget()
        self._reason = Qt.FocusReason.PopupFocusReason
        self._is_open = True
        parent.installEventFilter(self)

    def open_at(self, anchor: QWidget, first: QWidget, *, above: bool, trailing: bool) -> None:
        """Show the panel above or below `anchor`, at its leading or trailing edge."""
        self.resize(self._pane().size())
        room = self.rect().adjusted(_DISTANCE_PX, _DISTANCE_PX, -_DISTANCE_PX, -_DISTANCE_PX)
        width = min(self.panel.minimumWidth(), room.width())
        self.panel.setFixedSize(width, min(self.height_px(width), room.height()))
        size = self.panel.size()
        at = anchor.mapTo(self._pane(), QPoint(0, 0))
        to_right = trailing != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        x = at.x() + anchor.width() - size.width() if to_right else at.x()
        y = at.y() - _GAP_PX - size.height() if above else at.y() + anchor.height() + _GAP_PX
        x = max(room.left(), min(x, room.right() + 1 - size.width()))
        self.panel.move(x, max(room.top(), min(y, room.bottom() + 1 - size.height())))
        self.show()
        self.raise_()
        if not anchor.underMouse():
            self._reason = Qt.FocusReason.ShortcutFocusReason
        first.setFocus(self._reason)

    def height_px(self, width_px: int) -> int:
        """Return how high a panel of this width is that need not scroll."""
        self.panel.ensurePolished()  # which gives it its edge
        edge = self.panel.contentsMargins()
        inside_px = self.column.totalHeightForWidth(width_px - edge.left() - edge.right())
        return inside_px + edge.top() + edge.bottom()

    def dismiss(self) -> None:
        """Close, and give the focus back."""
        self._is_open = False
        if self._before is not None and isValid(self._before):
            self._before.setFocus(self._reason)
        self.hide()
        self.deleteLater()
        self.dismissed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close when the pane gets another size: its controls are elsewhere then."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.dismiss()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close at a click beside the panel."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def event(self, event: QEvent) -> bool:
        """Have Esc before the window's own shortcut has it."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  # Qt's name and type
        """Keep the focus in the panel."""
        if not self._is_open:
            return super().focusNextPrevChild(next)
        controls = [
            control
            for control in self.panel.findChildren(QWidget)
            if control.focusPolicy() & Qt.FocusPolicy.TabFocus
            and control.isVisible()
            and control.isEnabled()
        ]
        here = [place for place, control in enumerate(controls) if control.hasFocus()]
        place = (here[0] + (1 if next else -1)) % len(controls) if here else 0
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        controls[place].setFocus(reason)
        return True

    def _pane(self) -> QWidget:
        return self.parentWidget() or self


class _Contents(Scroll):
    """Scrolls where the pane is too low, by the wheel and with the focus."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all keys to the popover."""
        event.ignore()


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape

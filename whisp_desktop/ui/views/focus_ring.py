"""The ring around the control that the keyboard is on (look.md §6): 2 px, 2 px off."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import (
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from whisp_desktop.ui import theme

_OFFSET_PX = 2
_WIDTH_PX = 2
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class _Outside(QProxyStyle):
    """Says how far a focus frame stands out, and that nothing cuts it, not even at its corners."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  # Qt's name
    ) -> int:
        """Lay the frame into the window, or into the scrolled ground, not beside the control."""
        if hint == QStyle.StyleHint.SH_FocusFrame_Mask:
            return 0
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric in (
            QStyle.PixelMetric.PM_FocusFrameHMargin,
            QStyle.PixelMetric.PM_FocusFrameVMargin,
        ):
            return _OFFSET_PX + _WIDTH_PX
        return super().pixelMetric(metric, option, widget)


class FocusRing(QFocusFrame):
    """One a window; it goes to whichever followed control has the focus because of a key."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._home = window
        self._radius_px = 8.0
        self._keyboard = False
        outside = _Outside()
        outside.setParent(self)
        self.setStyle(outside)
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def follow(self, control: QWidget) -> None:
        """Ring this control when the keyboard comes to it."""
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Come with a key, also where the program moves the focus after it; go with the focus."""
        if isinstance(watched, QWindow):
            self._note_input(event)
            return False
        if isinstance(event, QFocusEvent) and isinstance(watched, QWidget):
            if event.gotFocus() and (self._keyboard or event.reason() in _BY_KEYBOARD):
                self._come_to(watched)
            elif event.lostFocus() and self.widget() is watched:
                self.setWidget(None)  # type: ignore[arg-type]  # None takes the frame away
                self.follow(watched)  # the frame has stopped to
                self.setParent(self._home)  # else it would go with the page that it lay on
        handled = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Move and self.widget() is not None:
            self.show()  # a control that was scrolled into view
        return handled

    def _note_input(self, event: QEvent) -> None:
        """Note whether the window was last used by keys; a widget sees its own input only."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._keyboard = True
            control = QApplication.focusWidget()
            is_tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if is_tab and control is not None and control.property("focusRadius") is not None:
                self._come_to(control)  # it may be the only stop, and keep the focus
        elif event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._keyboard = False

    def _come_to(self, control: QWidget) -> None:
        self._radius_px = float(control.property("focusRadius"))
        self.setWidget(control)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring only: what it stands around shines through."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().color("accent"), _WIDTH_PX))
        inset = _WIDTH_PX / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        radius = self._radius_px + _OFFSET_PX + inset
        painter.drawRoundedRect(box, radius, radius)


def ring_control(control: QWidget, radius_px: int = 8) -> None:
    """Give a control the ring of its window, as soon as it stands in one."""
    control.setProperty("focusRadius", radius_px)
    control.installEventFilter(_Joiner(control))


class _Joiner(QObject):
    """Waits until the control is shown, then lets its window's ring follow it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            window = watched.window()
            ring = window.findChild(FocusRing)
            if not isinstance(ring, FocusRing):
                ring = FocusRing(window)
            ring.follow(watched)
            self.deleteLater()
        return False

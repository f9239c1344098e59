"""How long messages last: for the whole conversation, or for the next message only."""

from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QSizePolicy,
    QStyle,
    QWidget,
)

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.viewmodels.lifetimes import DAY_S, HOUR_S, MINUTE_S, long_lifetime
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.focus_ring import ring_control
from whisp_desktop.ui.views.popover import Popover
from whisp_desktop.ui.views.segments import Segments
from whisp_desktop.ui.views.tooltip import shows_whole

CHOICES_S: Final = (5, MINUTE_S, HOUR_S, DAY_S, 0)
_WIDTH_PX: Final = 316
_ROW_PX: Final = 36


class Choice(QPushButton):
    """A row with a check where it is the one that holds."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setCheckable(True)
        self.setProperty("kind", "choice")
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        ring_control(self)

    def sizeHint(self) -> QSize:
        """Return a row's height and the width of its words."""
        colors = theme.current()
        words_px = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(colors.px(42) + words_px + 12, colors.px(_ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """Return the same height; words that are too long end in an ellipsis."""
        return QSize(0, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Say it whole in the tooltip where it is cut."""
        return shows_whole(self, self.text(), event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys that move and choose to the menu."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the check and the words."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("selected"))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        start, side = colors.px(42), colors.px(16)
        place = QRect(colors.px(14), (self.height() - side) // 2, side, side)
        if self.isChecked():
            box = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
            icons.paint(painter, "chosen", QRectF(box), colors.color("accent"))
        words = QRect(start, 0, self.width() - start, self.height())
        painter.setFont(colors.font("body"))
        painter.setPen(colors.color("text"))
        align = QStyle.visualAlignment(
            self.layoutDirection(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(
            QStyle.visualRect(self.layoutDirection(), self.rect(), words), align, shown
        )


class TimerMenu(Popover):
    """Emits what was chosen and closes."""

    for_all = Signal(int)
    for_next = Signal(int)

    def __init__(self, parent: QWidget, lifetime_s: int) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How long messages last"))
        self.column.setContentsMargins(6, 16, 6, 16)
        self.column.setSpacing(0)
        segments = Segments((self.tr("This chat"), self.tr("Next message")))
        segments.setContentsMargins(12, 0, 12, 8)
        self._whole, self._next = segments.parts
        self._whole.setChecked(True)
        self.column.addWidget(segments)
        self._choices = [self._add_choice(choice_s, lifetime_s) for choice_s in CHOICES_S]
        widest_px = max(part.sizeHint().width() for part in (segments, *self._choices))
        self.panel.setFixedWidth(max(theme.current().px(_WIDTH_PX), widest_px + 14))
        note = Words(
            self.tr(
                "Counted from when it is seen, on both computers. Everything goes anyway when one "
                "of you leaves."
            ),
            "caption",
            "text2",
        )
        note.setContentsMargins(12, 8, 12, 0)
        self.column.addWidget(note)

    @property
    def choices(self) -> list[Choice]:
        """The rows, in the order of `CHOICES_S`."""
        return self._choices

    def open_above(self, anchor: QWidget) -> None:
        """Show it over the timer pill; the focus is on what holds now."""
        chosen = next(choice for choice in self._choices if choice.isChecked())
        self.open_at(anchor, chosen, above=True, trailing=False)

    def choose_for_next(self) -> None:
        """Let the choice count for the next message only."""
        self._next.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between the rows, Enter takes one."""
        here = [place for place, choice in enumerate(self._choices) if choice.hasFocus()]
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if here and step is not None:
            self._choices[(here[0] + step) % len(self._choices)].setFocus(
                Qt.FocusReason.TabFocusReason
            )
        elif here and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choices[here[0]].click()
        else:
            super().keyPressEvent(event)

    def _add_choice(self, choice_s: int, lifetime_s: int) -> Choice:
        if choice_s == 0:
            line = QFrame()
            line.setProperty("ground", "line")
            line.setFixedHeight(1)
            self.column.addSpacing(6)
            self.column.addWidget(line)
            self.column.addSpacing(6)
        choice = Choice(long_lifetime(choice_s))
        choice.setObjectName(f"timer.{choice_s}")
        choice.setChecked(choice_s == lifetime_s)
        choice.clicked.connect(lambda: self._take(choice_s))
        self.column.addWidget(choice)
        return choice

    def _take(self, lifetime_s: int) -> None:
        whole = self._whole.isChecked()
        self.dismiss()
        (self.for_all if whole else self.for_next).emit(lifetime_s)

"""What the ways into Whisp share: the brand panel, the marks of the steps, one page, a bar."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.work import Work
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.mark import BrandPanel
from whisp_desktop.ui.views.scroll import Scroll
from whisp_desktop.ui.views.turning_row import ButtonRow
from whisp_desktop.ui.views.work_row import WorkRow

_PANEL_FROM_PX = 900
_FORM_PX, _BAR_PX = 500, 544
_WIDE_INSET_PX, _NARROW_INSET_PX = 72, 24


class StepsFrame(QWidget):
    """Shows one of its pages; `bar` takes the buttons, `work` is shown where one works."""

    def __init__(self, pages: Sequence[QWidget], steps: int, work: Work) -> None:
        super().__init__()
        self.setProperty("ground", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._panel = BrandPanel()
        self._pages = QStackedWidget()
        for page in pages:
            self._pages.addWidget(_scrolled(page))
        self.progress = _Progress(steps)
        self.work = WorkRow(work)
        self.bar = ButtonRow()
        self.bar.setMaximumWidth(theme.current().px(_BAR_PX))
        self._form = QVBoxLayout()
        self._form.setSpacing(0)
        self._form.addWidget(self.progress)
        self._form.addSpacing(12)
        self._form.addWidget(self._pages, 1)
        self._form.addSpacing(12)
        self._form.addWidget(self.work)
        self._form.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._panel)
        row.addLayout(self._form, 1)

    def show_page(self, place: int, step: int) -> None:
        """Show the page at `place`, and that it belongs to this step, from 0."""
        self._pages.setCurrentIndex(place)
        self.progress.show_step(step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the panel away where the window is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.current().px(_PANEL_FROM_PX)
        self._panel.setVisible(wide)
        inset = _WIDE_INSET_PX if wide else _NARROW_INSET_PX
        self._form.setContentsMargins(inset, 40, inset, 32)


class _Progress(QWidget):
    """A mark for each step, and the words *Step 2 of 4*."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps
        self._marks = _Marks(steps)
        self._words = Words("", "caption", "text2")
        self._words.setObjectName("firstRun.progress")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._marks)
        row.addWidget(self._words, 1)

    def show_step(self, step: int) -> None:
        """Say which step it is."""
        self._marks.show_step(step)
        words = self.tr("Step {number} of {all}").format(number=step + 1, all=self._steps)
        self._words.setText(words)


class _Marks(QWidget):
    """One mark a step; the one of now is long."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps
        self._step = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Short marks and a long one, 6 apart."""
        return QSize(22 + (self._steps - 1) * (8 + 6), 16)

    def show_step(self, step: int) -> None:
        """Show this one as the step of now."""
        self._step = step
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the marks from the leading end."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        x = 0
        for step in range(self._steps):
            width = 22 if step == self._step else 8
            color = colors.color("accent_fill" if step <= self._step else "line_strong")
            painter.setOpacity(1.0 if step <= self._step else 0.55)
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(x, 4, width, 8), 4, 4)
            x += width + 6


def _scrolled(step: QWidget) -> Scroll:
    """Return `step` in the middle of the height, 4 px free for the ring of the focus."""
    step.setMaximumWidth(theme.current().px(_FORM_PX))
    row = QHBoxLayout()
    row.setContentsMargins(0, 4, 4, 4)
    row.addWidget(step, 1)
    row.addStretch(0)
    area = Scroll()
    area.column.addLayout(row)
    return area

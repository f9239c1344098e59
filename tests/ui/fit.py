"""Finds what is cut off, squeezed or painted over in a window."""

import re
from itertools import combinations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.chip import Chip
from whisp_desktop.ui.views.face import Face
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign
from whisp_desktop.ui.views.popover import Popover
from whisp_desktop.ui.views.ring import TimerRing
from whisp_desktop.ui.views.safety_digits import SafetyDigits
from whisp_desktop.ui.views.switch import ChoiceMark

_PARTS = (
    QLabel,
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QListView,
    Chip,
    ChoiceMark,
    Face,
    SafetyDigits,
    Sign,
    TimerRing,
)
_BREAKS = re.compile(r"[\s\u200b]+")
_NAME_BEGINS = "\u2068"


def faults(window: QWidget, *, may_elide: bool) -> list[str]:
    """What does not fit; an open popover is looked at alone.

    may_elide -- words of a chip or a button may end in …, and a word may be broken, where even a
        line of their own is too short; a name may always, and a button with one in its words.
        A panel may scroll.
    """
    popover = next((one for one in window.findChildren(Popover) if one.isVisible()), None)
    ground = popover or window
    parts = [part for part in ground.findChildren(QWidget) if _is_part(part)]
    squeezed = [f"{_name(part)}: {part.size().toTuple()}" for part in parts if _is_squeezed(part)]
    if not may_elide:
        squeezed += [f"{_name(part)}: …" for part in parts if _is_elided(part)]
        if popover is not None and _scrolls_with_room_to_spare(popover):
            squeezed.append("the panel scrolls, and there is room")
    outside = [f"{_name(part)}: sticks out" for part in parts if _sticks_out(part, ground)]
    overlapping = [
        f"{_name(one)} lies over {_name(other)}: {place.getRect()}"
        for one, other in combinations(parts, 2)
        if not (place := _seen(one, ground).intersected(_seen(other, ground))).isEmpty()
    ]
    return squeezed + outside + overlapping


def _scrolls_with_room_to_spare(popover: Popover) -> bool:
    scroll = popover.panel.findChild(QScrollArea)
    return (
        scroll.verticalScrollBar().maximum() > 0 and popover.panel.height() < popover.height() - 16
    )


def _is_part(widget: QWidget) -> bool:
    if isinstance(widget.parentWidget(), QLineEdit):
        return False
    return isinstance(widget, _PARTS) and widget.isVisible()


def _name(part: QWidget) -> str:
    words = part.property("text") or part.accessibleName() or part.objectName()
    return f"{type(part).__name__} {words!r}"


def _is_squeezed(part: QWidget) -> bool:
    if isinstance(part, QLabel):
        return part.height() < max(part.heightForWidth(part.width()), 1)
    least = part.minimumSizeHint()
    return part.width() < least.width() and not isinstance(part, Button)


def _is_elided(part: QWidget) -> bool:
    if isinstance(part, Words):
        words = _BREAKS.split(part.text())
        return max(map(part.fontMetrics().horizontalAdvance, words)) > part.width()
    if isinstance(part, QPushButton) and _NAME_BEGINS in part.text():
        return False
    return isinstance(part, Chip | QPushButton) and part.width() < part.sizeHint().width()


def _sticks_out(part: QWidget, ground: QWidget) -> bool:
    """Whether it reaches over the sides of whatever it stands in."""
    place, above = part.geometry(), part.parentWidget()
    while above is not None:
        if place.left() < 0 or place.right() > above.width():  # QSplitter is 1 px off, mirrored
            return True
        if above is ground:
            return False
        place.translate(above.pos())
        above = above.parentWidget()
    return False


def _seen(part: QWidget, ground: QWidget) -> QRect:
    """The place of a part on the ground, as far as nothing above it cuts it off."""
    place, above = part.rect(), part
    while above is not ground:
        place = place.intersected(above.rect()).translated(above.pos())
        above = above.parentWidget()
    return place.intersected(ground.rect())

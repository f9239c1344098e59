"""Tooltips of controls whose words end in … where they have no room."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget


def shows_whole(control: QWidget, words: str, event: QEvent) -> bool:
    """Answer the event that asks for a tooltip if words are cut: with them, and what it says."""
    if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
        return False
    if control.width() >= control.sizeHint().width():
        return False
    whole = "\n".join(part for part in (words, control.toolTip()) if part)
    QToolTip.showText(event.globalPos(), whole, control)
    return True

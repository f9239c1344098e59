"""What is not built yet is shown as it is: there, disabled, and saying so."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget


def say_later(control: QWidget | QAction) -> None:
    """Disable `control`; its tooltip says why."""
    words = QCoreApplication.translate("later", "Comes in a later version.")
    control.setEnabled(False)
    control.setToolTip(words)
    if isinstance(control, QWidget):
        control.setAccessibleDescription(words)

"""First run, step 1: what Whisp is, in three sentences."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Sign


class WelcomeStep(QWidget):
    """Only words."""

    def __init__(self) -> None:
        super().__init__()
        facts = (
            (
                "members",
                self.tr("Both of you have to be there"),
                self.tr(
                    "You talk while you are both online. There is no inbox and no waiting message."
                ),
            ),
            (
                "panic",
                self.tr("When one leaves, it is gone"),
                self.tr(
                    "Messages live in the memory of your two computers. Whisp never writes them to"
                    " disk and no server sees them."
                ),
            ),
            (
                "key",
                self.tr("You are your keys"),
                self.tr(
                    "No phone number, no e-mail. Lose every device and the name is lost: nobody can"
                    " reset it for you."
                ),
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(20)
        column.addWidget(Words(self.tr("Talk as if in the same room"), "hero"))
        for fact in facts:
            column.addLayout(_fact(*fact))

    def begin(self, primary: QWidget) -> None:
        """Put the keyboard on *Start*."""
        primary.setFocus(Qt.FocusReason.OtherFocusReason)


def _fact(icon: str, heading: str, sentence: str) -> QHBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Words(heading, "strong"))
    words.addWidget(Words(sentence, "body", "text2"))
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(Sign(icon, "accent", 24), 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    return row

"""A new passphrase, typed twice."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.ui.views.fields import Field, Words
from whisp_desktop.ui.views.turning_row import TurningRow


class PassphraseFields(TurningRow):
    """Two fields that must hold the same; `place` begins their object names."""

    SPACING_PX = 10
    COLUMN_SPACING_PX = 8

    def __init__(self, place: str) -> None:
        super().__init__()
        self.first = _secret_field(self.tr("Passphrase"), f"{place}.passphrase")
        self.again = _secret_field(self.tr("The same again"), f"{place}.passphraseAgain")
        for field in (self.first, self.again):
            named = QWidget()
            column = QVBoxLayout(named)
            column.setContentsMargins(0, 8, 0, 0)
            column.setSpacing(4)
            column.addWidget(Words(field.line.accessibleName(), "caption_strong"))
            column.addWidget(field)
            column.addStretch(1)
            self.add(named)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.first.line.text() and not self.again.line.text()

    def take(self) -> Secret | None:
        """Empty both fields and return what they held; say what is wrong instead if need be."""
        first, again = self.first.line.text(), self.again.line.text()
        self.first.say("")
        self.again.say("")
        if not first:
            self.first.say(self.tr("Type a passphrase."), wrong=True)
            return None
        if first != again:
            self.again.say(self.tr("The two are not the same. Type it again."), wrong=True)
            return None
        self.first.line.clear()
        self.again.line.clear()
        return Secret(first.encode())


def _secret_field(name: str, object_name: str) -> Field:
    field = Field(name)
    field.line.setEchoMode(QLineEdit.EchoMode.Password)
    field.line.setObjectName(object_name)
    return field

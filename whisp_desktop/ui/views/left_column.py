"""The left column: who one is, the field to find somebody, everybody, and the server's state."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.account import AccountViewModel
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.server_state import ServerStateViewModel
from whisp_desktop.ui.views.fields import LineField
from whisp_desktop.ui.views.foot import Foot
from whisp_desktop.ui.views.own_row import INSET_PX, OwnRow
from whisp_desktop.ui.views.people_list import PeopleList

_MOST_SIGNS = 64


class LeftColumn(QWidget):
    """Everything that stays while pages come and go."""

    entered = Signal(str)
    """Somebody was typed, and Enter pressed."""

    def __init__(
        self, account: AccountViewModel, people: PeopleViewModel, server: ServerStateViewModel
    ) -> None:
        super().__init__()
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words = self.tr("Username or friend code")
        self.field = LineField(words, words, "find")
        self.field.setObjectName("find.field")
        self.field.setMaxLength(_MOST_SIGNS)
        self.field.returnPressed.connect(self._find)
        self.people = PeopleList(people)
        self.foot = Foot(server)
        field_row = QHBoxLayout()
        field_row.setContentsMargins(INSET_PX, 0, INSET_PX, 0)
        field_row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.own = OwnRow(account)
        column.addWidget(self.own)
        column.addLayout(field_row)
        column.addWidget(self.people, 1)
        column.addWidget(self.foot)

    def focus_field(self) -> None:
        """Begin to type a name."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _find(self) -> None:
        name = self.field.text().strip()
        if name:
            self.entered.emit(name)

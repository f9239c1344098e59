"""What can be done about a contact: the rows of a menu, and the sheets behind them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.ui import icons
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.views.person_sheets import blocking, person_renaming, removal
from whisp_desktop.ui.views.safety_sheet import SafetySheet
from whisp_desktop.ui.views.sheet import Sheet


class PersonActs(QObject):
    """Opens menus and sheets over the window of `home`; strangers have none."""

    parted = Signal(str)
    """Nobody goes by this name any more, or nothing is heard of them."""
    refused = Signal(str)
    """Why the core did not do what no sheet asked about."""

    def __init__(self, home: QWidget, bridge: Bridge, people: PeopleViewModel) -> None:
        super().__init__(home)
        self._home = home
        self._bridge = bridge
        self._people = people

    def open_menu(self, name: str, at: QPoint) -> None:
        """Open the menu of a contact at a point of the screen."""
        menu = QMenu(self._home)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu, name)
        if not menu.isEmpty():
            menu.popup(at)

    def fill(self, menu: QMenu, name: str) -> None:
        """Add what can be done about a contact of this name, if there is one."""
        contact = self._people.contact_named(name)
        if contact is None:
            return
        menu.setToolTipsVisible(True)
        if not menu.isEmpty():
            menu.addSeparator()
        self._add(menu, "safety-number", self.tr("Safety number…"), self._open_safety, contact)
        idle = (
            self._add(menu, "rename", self.tr("Rename…"), self._open_rename, contact),
            self._add(menu, "remove", self.tr("Remove…"), self._open_removal, contact),
        )
        if self._people.is_busy(contact.petname):
            for action in idle:
                action.setEnabled(False)
                action.setToolTip(self.tr("Leave the conversation, or answer the request, first."))
        if contact.blocked:
            self._add(menu, "done", self.tr("Unblock"), self._unblock, contact)
        else:
            self._add(menu, "block", self.tr("Block…"), self._open_blocking, contact)

    def open_safety(self, name: str) -> None:
        """Show what there is to compare with a contact of this name, if there is one."""
        contact = self._people.contact_named(name)
        if contact is not None:
            self._open_safety(contact)

    def open_blocking(self, name: str) -> None:
        """Ask whether nothing more is to be heard of a contact of this name, if there is one."""
        contact = self._people.contact_named(name)
        if contact is not None:
            self._open_blocking(contact)

    def _add(
        self,
        menu: QMenu,
        icon: str,
        words: str,
        act: Callable[[ContactEntry], None],
        contact: ContactEntry,
    ) -> QAction:
        action = menu.addAction(icons.icon(icon), words)
        action.setObjectName(f"person.{icon}")
        action.triggered.connect(lambda: act(contact))
        return action

    def _person(self, contact: ContactEntry) -> PersonViewModel:
        return PersonViewModel(self._bridge, contact)

    def _open(self, sheet: Sheet) -> None:
        """Open a sheet that goes with the home whose people it is about."""
        self.destroyed.connect(sheet.deleteLater)
        sheet.open()

    def _open_safety(self, contact: ContactEntry) -> None:
        sheet = SafetySheet(self._home.window(), self._person(contact))
        sheet.block_asked.connect(lambda: self._open_blocking(contact))
        self._open(sheet)

    def _open_rename(self, contact: ContactEntry) -> None:
        self._open(person_renaming(self._home.window(), self._leaving(contact)))

    def _open_removal(self, contact: ContactEntry) -> None:
        self._open(removal(self._home.window(), self._leaving(contact)))

    def _open_blocking(self, contact: ContactEntry) -> None:
        self._open(blocking(self._home.window(), self._leaving(contact)))

    def _unblock(self, contact: ContactEntry) -> None:
        person = self._person(contact)
        person.refused.connect(self.refused)
        person.unblock()

    def _leaving(self, contact: ContactEntry) -> PersonViewModel:
        person = self._person(contact)
        person.done.connect(lambda: self.parted.emit(contact.petname))
        return person

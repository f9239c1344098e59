"""The two columns: the list and the pane; below 720 px only one of them is shown."""

from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from whisp_desktop.session.commands import RequestId
from whisp_desktop.ui import theme
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.account import AccountViewModel
from whisp_desktop.ui.viewmodels.cards import OwnCardViewModel
from whisp_desktop.ui.viewmodels.offers import OffersViewModel
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.people_rows import Row, RowKind
from whisp_desktop.ui.viewmodels.server_state import ServerStateViewModel
from whisp_desktop.ui.views.card_sheet import CardSheet
from whisp_desktop.ui.views.left_column import LeftColumn
from whisp_desktop.ui.views.notice_bar import NoticeBar
from whisp_desktop.ui.views.offer_bar import OfferBar
from whisp_desktop.ui.views.pane import NOWHERE, Pane, Place
from whisp_desktop.ui.views.person_acts import PersonActs

_TWO_COLUMNS_FROM_PX = 720
_LEFT_PX, _LEAST_LEFT_PX, _MOST_LEFT_PX = 303, 264, 400
_NO_LIMIT_PX = 16_777_215
_PEOPLE = (RowKind.CONTACT, RowKind.TALKING, RowKind.BLOCKED)


class Home(QSplitter):
    """What one sees with an open account."""

    def __init__(
        self,
        bridge: Bridge,
        account: AccountViewModel,
        people: PeopleViewModel,
        server: ServerStateViewModel,
        offers: OffersViewModel,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._account = account
        self._bridge = bridge
        self.people = people
        self.server = server
        self.left = LeftColumn(account, self.people, self.server)
        self.pane = Pane(bridge, account, self.people)
        self.persons = PersonActs(self, bridge, people)
        self._one_column = False
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notices = NoticeBar(bridge)
        self._bars = (self.notices, OfferBar(offers))
        for bar in self._bars:
            column.addWidget(bar)
        column.addWidget(self.pane, 1)
        self._beside = beside
        self.addWidget(self.left)
        self.addWidget(beside)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.setSizes([theme.current().px(_LEFT_PX), _NO_LIMIT_PX])
        self.left.entered.connect(self.pane.show_person)
        self.left.people.opened.connect(self._open)
        self.left.people.menu_asked.connect(self._open_menu)
        self.pane.person_menu.connect(lambda name, menu: self.persons.fill(menu, name))
        self.pane.compare_asked.connect(self.persons.open_safety)
        self.pane.empty.card_asked.connect(self._open_card)
        self.left.own.card_asked.connect(self._open_card)
        self.left.own.adding_asked.connect(self.pane.show_card)
        self.pane.block_asked.connect(self.persons.open_blocking)
        self.persons.parted.connect(self.pane.forget_person)
        self.persons.refused.connect(self.notices.say)
        self.pane.empty.finding.connect(self.focus_field)
        self.pane.moved.connect(self._follow)
        self.pane.asked.connect(self.left.field.clear)
        self.people.requested.connect(lambda _: QApplication.alert(self.window()))
        self._arrange(one_column=False)

    def begin(self) -> None:
        """Fetch what is there already, and wait for a key."""
        status = self._account.status
        self.server.take(connected=status is not None and status.server_connected)
        self.people.begin()
        self.pane.empty.begin()
        self.pane.begin()

    @property
    def columns(self) -> QByteArray:
        """How wide the columns are, to be remembered; empty while there is only one."""
        return QByteArray() if self._one_column else self.saveState()

    def go_back(self) -> None:
        """Leave the page for the list; a conversation goes on behind it."""
        if self.pane.talk() is None or self._one_column:
            self.pane.show_nobody()
            self._focus_list()

    def show_next(self, step: int) -> None:
        """Show the next conversation, or the one before with `step` -1."""
        peers = self.people.conversations
        if peers:
            shown = self.pane.place.key
            here = peers.index(shown) if shown in peers else (-1 if step > 0 else 0)
            self.pane.show_talk(peers[(here + step) % len(peers)])

    def show_nth(self, place: int) -> None:
        """Show the conversation that is the n-th in the list, from 0."""
        peers = self.people.conversations
        if place < len(peers):
            self.pane.show_talk(peers[place])

    def focus_field(self) -> None:
        """Go to the field, also where only the pane is shown."""
        if self._one_column:
            self.pane.show_nobody()
        self.left.focus_field()

    def open_safety(self) -> None:
        """Show what there is to compare with whoever is in the pane."""
        if self.pane.place.kind in _PEOPLE:
            self.persons.open_safety(self.pane.place.key)

    def _open_card(self) -> None:
        sheet = CardSheet(self.window(), OwnCardViewModel(self._bridge))
        self.destroyed.connect(sheet.deleteLater)
        sheet.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between one and two columns."""
        one_column = self.width() < theme.current().px(_TWO_COLUMNS_FROM_PX)
        if one_column != self._one_column:
            self._arrange(one_column=one_column)
        super().resizeEvent(event)

    def _arrange(self, *, one_column: bool) -> None:
        self._one_column = one_column
        px = theme.current().px
        self.left.setMinimumWidth(0 if one_column else px(_LEAST_LEFT_PX))
        self.left.setMaximumWidth(_NO_LIMIT_PX if one_column else px(_MOST_LEFT_PX))
        self.pane.set_one_column(one_column=one_column)
        is_page = self.pane.place != NOWHERE
        self.left.setVisible(not one_column or not is_page)
        self._beside.setVisible(not one_column or is_page)
        column = self.left if one_column and not is_page else self._beside
        layout = column.layout()
        if isinstance(layout, QVBoxLayout) and layout.indexOf(self.notices) < 0:
            for place, bar in enumerate(self._bars):
                layout.insertWidget(place, bar)

    def _open(self, row: Row) -> None:
        match row.kind:
            case RowKind.REQUEST:
                self.pane.show_request(RequestId(row.key))
            case RowKind.TALKING:
                self.pane.show_talk(row.key)
            case RowKind.CONTACT:
                self.pane.show_person(row.key)
            case RowKind.SECTION | RowKind.BLOCKED:
                pass

    def _open_menu(self, row: Row, at: QPoint) -> None:
        if row.kind in _PEOPLE:
            self.persons.open_menu(row.key, at)

    def _follow(self, place: Place) -> None:
        if place.kind is None:
            self.left.people.show_row(RowKind.CONTACT, "")
        else:
            self.left.people.show_row(place.kind, place.key)
        self._arrange(one_column=self._one_column)

    def _focus_list(self) -> None:
        self.left.people.setFocus(Qt.FocusReason.OtherFocusReason)

"""The pane beside the list: one page at a time, and one kept for each request and conversation."""

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from whisp_desktop.session.answers import ContactEntry
from whisp_desktop.session.commands import RequestId
from whisp_desktop.session.events import Connecting, Event, Opened, Requested, RequestGone
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.viewmodels.account import AccountViewModel
from whisp_desktop.ui.viewmodels.cards import AddContactViewModel
from whisp_desktop.ui.viewmodels.conversation import ConversationViewModel
from whisp_desktop.ui.viewmodels.find import FindViewModel
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.people_rows import RowKind
from whisp_desktop.ui.viewmodels.person import PersonViewModel
from whisp_desktop.ui.viewmodels.request import RequestViewModel
from whisp_desktop.ui.views.add_contact_page import AddContactPage
from whisp_desktop.ui.views.conversation_page import ConversationPage
from whisp_desktop.ui.views.empty_page import EmptyPage
from whisp_desktop.ui.views.find_page import FindPage
from whisp_desktop.ui.views.key_changed_page import KeyChangedPage
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.request_page import RequestPage

AnyPage = TypeVar("AnyPage", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Place:
    """Which page is shown: nobody's if `kind` is None; a contact's page is the one that finds."""

    kind: RowKind | None = None
    key: str = ""


NOWHERE = Place()
_CARD = Place(key="card")


class Pane(QStackedWidget):
    """Makes pages as somebody asks or the core tells, and takes them away again."""

    moved = Signal(object)
    """The `Place` that is shown from now on."""
    person_menu = Signal(str, object)
    """The menu of the conversation with this person opens."""
    compare_asked = Signal(str)
    """Somebody wants to see the number that is shared with this contact."""
    block_asked = Signal(str)
    """Somebody wants to hear no more of this contact."""
    asked = Signal()
    """Whoever was looked up has been asked."""

    def __init__(self, bridge: Bridge, account: AccountViewModel, people: PeopleViewModel) -> None:
        super().__init__()
        self._bridge = bridge
        self._account = account
        self._people = people
        self._requests: dict[RequestId, RequestPage] = {}
        self._talks: dict[str, ConversationPage] = {}
        self._passing: FindPage | KeyChangedPage | AddContactPage | None = None
        self._one_column = False
        self.place = NOWHERE
        self.empty = EmptyPage()
        self.addWidget(self.empty)
        people.requested.connect(self._take_request)
        people.request_gone.connect(self._drop_request_unread)
        people.request_met.connect(self._meet_request)
        people.changed.connect(self._renew_trust)
        bridge.event.connect(self._hear)

    def begin(self) -> None:
        """Make the pages of those who came before there was a pane."""
        for asked in self._people.waiting:
            self._take_request(asked)

    def set_one_column(self, *, one_column: bool) -> None:
        """Tell the pages whether they need an arrow back to the list."""
        self._one_column = one_column
        for place in range(self.count()):
            page = self.widget(place)
            if isinstance(page, Page | ConversationPage | KeyChangedPage):
                page.set_one_column(one_column=one_column)

    def talk(self) -> ConversationPage | None:
        """Return the conversation that is shown."""
        page = self.currentWidget()
        return page if isinstance(page, ConversationPage) else None

    def show_nobody(self) -> None:
        """Show the empty page."""
        self._show(self.empty, NOWHERE)

    def forget_person(self, name: str) -> None:
        """Take away what is shown of somebody who is not met under this name any more."""
        if self.place == Place(RowKind.CONTACT, name):
            self.show_nobody()
        if not self._is_under_way(name):
            self._end(name)

    def show_person(self, name: str) -> None:
        """Look somebody up, or show the conversation with them if there is one."""
        contact = self._people.contact_named(name)
        name = contact.petname if contact is not None else name
        if contact is not None and contact.key_changed:
            self._show_changed_key(contact)
            return
        if self._is_under_way(name):
            self.show_talk(name)
            return
        self._end(name)
        view_model = FindViewModel(self._bridge, name, self)
        status = self._account.status
        capture, server = (status.capture, status.server_url) if status else ("absent", "")
        known = contact is not None
        page = self._add(FindPage(view_model, capture, server, is_contact=known))
        page.compare_asked.connect(lambda: self.compare_asked.emit(name))
        view_model.cancelled.connect(self.show_nobody)
        view_model.asked.connect(self._begin_asked)
        self._show(page, Place(RowKind.CONTACT, name))
        self._passing = page
        view_model.look_up()

    def _show_changed_key(self, contact: ContactEntry) -> None:
        name = contact.petname
        page = self._add(KeyChangedPage(PersonViewModel(self._bridge, contact)))
        page.compare_asked.connect(lambda: self.compare_asked.emit(name))
        page.block_asked.connect(lambda: self.block_asked.emit(name))
        page.menu_filling.connect(lambda menu: self.person_menu.emit(name, menu))
        self._show(page, Place(RowKind.CONTACT, name))
        self._passing = page
        page.begin()

    def show_card(self, text: str = "") -> None:
        """Show what a card or an invite link says, or a field for one; nothing is kept."""
        page = self._add(AddContactPage(AddContactViewModel(self._bridge)))
        page.view_model.done.connect(self.show_nobody)
        page.cancelled.connect(self.show_nobody)
        self._show(page, _CARD)
        self._passing = page
        page.begin(text)

    def show_request(self, request: RequestId) -> None:
        """Show who asks."""
        page = self._requests.get(request)
        if page is not None:
            self._show(page, Place(RowKind.REQUEST, request))
            page.focus_safe()

    def show_talk(self, peer: str) -> None:
        """Show a conversation."""
        page = self._talks.get(peer)
        contact = self._people.contact_named(peer)
        if contact is not None and contact.key_changed:
            self._show_changed_key(contact)
        elif page is not None:
            self._show(page, Place(RowKind.TALKING, peer))
            page.setFocus()

    def _show(self, page: QWidget, place: Place) -> None:
        before, self._passing = self._passing, None
        self.place = place
        self.setCurrentWidget(page)
        if before is not None and before is not page:
            before.end()
            self._remove(before)
        self._people.show(place.key if place.kind is RowKind.TALKING else "")
        self.moved.emit(place)

    def _add(self, page: AnyPage) -> AnyPage:
        if isinstance(page, Page | ConversationPage | KeyChangedPage):
            page.set_one_column(one_column=self._one_column)
            page.back.connect(self.show_nobody)
        self.addWidget(page)
        return page

    def _remove(self, page: QWidget) -> None:
        if page is self.currentWidget():
            self.show_nobody()
        self.removeWidget(page)
        page.deleteLater()

    def _hear(self, event: Event) -> None:
        """Make a page for a conversation that nobody here has asked for or accepted."""
        if not isinstance(event, Connecting | Opened) or self._is_under_way(event.peer):
            return
        account_key = event.account_key if isinstance(event, Opened) else ""
        self._begin(event.peer, account_key).view_model.take(event)

    def _is_under_way(self, peer: str) -> bool:
        page = self._talks.get(peer)
        return page is not None and page.view_model.state != "closed"

    # Requests

    def _take_request(self, asked: Requested) -> None:
        contact = self._people.contact(asked.account_key)
        view_model = RequestViewModel(self._bridge, asked, contact, self)
        page = self._add(RequestPage(view_model))
        self._requests[asked.request] = page
        view_model.accepted.connect(lambda: self._begin_accepted(asked))
        view_model.answered.connect(lambda: self._drop_request(asked.request))
        page.dismissed.connect(lambda: self._drop_request(asked.request))
        if self.place == NOWHERE and not self._one_column:
            self._show(page, Place(RowKind.REQUEST, asked.request))

    def _drop_request_unread(self, gone: RequestGone) -> None:
        """Take a page away that nobody looks at; who looks at it reads why it is over."""
        if self.place != Place(RowKind.REQUEST, gone.request):
            self._drop_request(gone.request)

    def _meet_request(self, request: RequestId) -> None:
        """Asking back was the answer; where *Accept* is under way it goes on by itself."""
        page = self._requests.get(request)
        if page is not None and not page.view_model.busy:
            self._drop_request(request)

    def _drop_request(self, request: RequestId) -> None:
        page = self._requests.pop(request, None)
        if page is not None:
            page.view_model.end()
            self._people.forget(request)
            self._remove(page)

    # Conversations

    def _begin_asked(self, name: str, account_key: str, request: str) -> None:
        self._begin_or_keep(name, account_key).view_model.request = RequestId(request)
        self.show_talk(name)
        self.asked.emit()

    def _begin_accepted(self, asked: Requested) -> None:
        self._begin_or_keep(asked.name, asked.account_key)
        self.show_talk(asked.name)
        self._drop_request(asked.request)

    def _begin_or_keep(self, peer: str, account_key: str) -> ConversationPage:
        """Return the page that the core's first event may have made before the answer came."""
        page = self._talks[peer] if self._is_under_way(peer) else self._begin(peer, account_key)
        if not page.view_model.account_key:
            self._introduce(page.view_model, account_key)
        return page

    def _begin(self, peer: str, account_key: str) -> ConversationPage:
        self._end(peer)
        view_model = ConversationViewModel(self._bridge, peer, account_key)
        page = self._add(ConversationPage(view_model))
        self._introduce(view_model, account_key)
        page.closed.connect(lambda: self._end(peer))
        page.find_again.connect(lambda: self._find_again(peer))
        page.header.menu_filling.connect(lambda menu: self.person_menu.emit(peer, menu))
        self._talks[peer] = page
        return page

    def _introduce(self, view_model: ConversationViewModel, account_key: str) -> None:
        contact = self._people.contact(account_key)
        verified = contact is not None and contact.verified
        view_model.know(account_key, verified=verified)

    def _renew_trust(self) -> None:
        known = self._people.contact_named(self.place.key)
        is_person = self.place.kind in (RowKind.CONTACT, RowKind.TALKING)
        shows_change = isinstance(self._passing, KeyChangedPage)
        if is_person and known is not None and known.key_changed != shows_change:
            self.show_person(known.petname)
        if isinstance(self._passing, FindPage) and known is not None:
            self._passing.view_model.know(known)
        for page in self._talks.values():
            contact = self._people.contact(page.view_model.account_key)
            if contact is not None and page.view_model.state != "closed":
                page.view_model.know(contact.account_key, verified=contact.verified)

    def _find_again(self, peer: str) -> None:
        self._end(peer)
        self.show_person(peer)

    def _end(self, peer: str) -> None:
        page = self._talks.pop(peer, None)
        if page is not None:
            self._remove(page)

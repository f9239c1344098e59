"""What fills the window at each stage: the first run, the vault's door, trouble, or home."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.viewmodels.account import AccountViewModel, Stage
from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel
from whisp_desktop.ui.viewmodels.joining import JoiningViewModel
from whisp_desktop.ui.viewmodels.offers import OffersViewModel
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.server_state import ServerStateViewModel
from whisp_desktop.ui.views.first_run import FirstRun
from whisp_desktop.ui.views.home import Home
from whisp_desktop.ui.views.join_device import JoinDevice
from whisp_desktop.ui.views.recovery_maker import RecoveryMaker
from whisp_desktop.ui.views.sections import all_settings
from whisp_desktop.ui.views.settings import Settings
from whisp_desktop.ui.views.shortcuts import add_settings_shortcuts, add_shortcuts
from whisp_desktop.ui.views.trouble_page import TroublePage
from whisp_desktop.ui.views.unlock_page import UnlockPage

Base = FirstRun | UnlockPage | TroublePage | Home


class Scenes(QObject):
    """Follows an `AccountViewModel` and shows in `window` what belongs to its stage.

    People, server and offers are followed from the start: they may come in the first run.
    """

    def __init__(self, window: MainWindow, bridge: Bridge) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._stage: Stage | None = None
        self._opening = window.opening
        self._base: Base | None = None
        self._link = ""
        self.account = AccountViewModel(bridge, self)
        self._follow_people()
        self.account.changed.connect(self._follow)

    @property
    def home(self) -> Home | None:
        """The two columns, once the account is open; the settings may cover them."""
        return self._base if isinstance(self._base, Home) else None

    def open_link(self, link: str) -> None:
        """Show what an invite link says, at once or when the account is open; it does no more."""
        self._link = link
        self._window.showNormal() if self._window.isMinimized() else self._window.raise_()
        self._window.activateWindow()
        self._show_link()

    def _show_link(self) -> None:
        home = self.home
        if not self._link or home is None:
            return
        link, self._link = self._link, ""
        if isinstance(self._window.scene, Settings):
            self._uncover(self._window.scene)
        home.pane.show_card(link)

    def _follow(self) -> None:
        if self.account.stage is self._stage:
            return
        self._stage = self.account.stage
        before = {self._window.scene, self._base} - {None, self._opening}
        self._base = self._make()
        self._window.show_scene(self._base or self._opening)
        if self._base is not None:
            self._base.begin()
        for scene in before:
            if scene is not None:
                self._window.drop_scene(scene)
        if self._stage is Stage.ENDED:
            self._forget_people()
        self._show_link()

    def _follow_people(self) -> None:
        """Follow them from now on; nothing of another account is left."""
        self._people = PeopleViewModel(self._bridge, self)
        self._server = ServerStateViewModel(self._bridge, self)
        self._offers = OffersViewModel(self._bridge, self)

    def _forget_people(self) -> None:
        for view_model in (self._people, self._server, self._offers):
            view_model.deleteLater()
        self._follow_people()

    def _make(self) -> Base | None:
        match self.account.stage:
            case Stage.STARTING:
                return None
            case Stage.NEW:
                return self._first_run()
            case Stage.LOCKED:
                return UnlockPage(self.account)
            case Stage.TROUBLE | Stage.ENDED:
                return TroublePage(self.account)
            case Stage.OPEN:
                return self._home()

    def _first_run(self) -> FirstRun:
        status = self.account.status
        view_model = FirstRunViewModel(
            self._bridge,
            status.server_url if status else "",
            status.keychain_refused if status else "",
            self,
        )
        scene = FirstRun(view_model)
        scene.finished.connect(self.account.open)
        scene.other_device.connect(self._open_joining)
        scene.recovery_asked.connect(lambda: self._make_recovery_sheet(scene))
        return scene

    def _make_recovery_sheet(self, scene: FirstRun) -> None:
        sheet = RecoveryMaker(self._window, self._bridge)
        scene.destroyed.connect(sheet.deleteLater)
        sheet.open()

    def _open_joining(self) -> None:
        status = self.account.status
        view_model = JoiningViewModel(self._bridge, status.server_url if status else "", self)
        view_model.finished.connect(self.account.open)
        scene = JoinDevice(view_model)
        scene.destroyed.connect(view_model.deleteLater)
        scene.back.connect(lambda: self._uncover(scene))
        self._cover(scene)

    def _home(self) -> Home:
        home = Home(self._bridge, self.account, self._people, self._server, self._offers)
        home.restoreState(self._window.place.columns)
        home.left.own.settings_asked.connect(self._open_settings)
        add_shortcuts(home, self._window.close)
        return home

    def _open_settings(self) -> None:
        settings = all_settings(self._bridge)
        settings.closed.connect(lambda: self._uncover(settings))
        add_settings_shortcuts(settings, self._window.close)
        self._cover(settings)

    def _cover(self, scene: Settings | JoinDevice) -> None:
        """Show `scene` over the one of the stage, which goes on behind it."""
        self._window.show_scene(scene)
        scene.begin()

    def _uncover(self, scene: QWidget) -> None:
        if self._base is not None:
            self._window.show_scene(self._base)
            self._window.drop_scene(scene)

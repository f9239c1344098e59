"""What fills the window at each stage: the first run, the vault's door, trouble, or home."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.viewmodels.account import AccountViewModel, Stage
from whisp_desktop.ui.viewmodels.first_run import FirstRunViewModel
from whisp_desktop.ui.viewmodels.people import PeopleViewModel
from whisp_desktop.ui.viewmodels.server_state import ServerStateViewModel
from whisp_desktop.ui.views.first_run import FirstRun
from whisp_desktop.ui.views.home import Home
from whisp_desktop.ui.views.sections import all_settings
from whisp_desktop.ui.views.settings import Settings
from whisp_desktop.ui.views.shortcuts import add_settings_shortcuts, add_shortcuts
from whisp_desktop.ui.views.trouble_page import TroublePage
from whisp_desktop.ui.views.unlock_page import UnlockPage


class Scenes(QObject):
    """Follows an `AccountViewModel` and shows in `window` what belongs to its stage.

    People and server are followed from the start: somebody may ask during the first run.
    """

    def __init__(self, window: MainWindow, bridge: Bridge) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._stage: Stage | None = None
        self._opening = window.opening
        self._home: Home | None = None
        self.account = AccountViewModel(bridge, self)
        self._people = PeopleViewModel(bridge, self)
        self._server = ServerStateViewModel(bridge, self)
        self.account.changed.connect(self._follow)

    @property
    def home(self) -> Home | None:
        """The two columns, once the account is open; the settings may cover them."""
        return self._home

    def _follow(self) -> None:
        if self.account.stage is self._stage:
            return
        self._stage = self.account.stage
        before = {self._window.scene, self._home} - {self._opening}
        self._home = None
        scene = self._make()
        self._window.show_scene(scene)
        if isinstance(scene, FirstRun | UnlockPage | TroublePage | Home):
            scene.begin()
        for one in before - {scene}:
            if one is not None:
                self._window.drop_scene(one)

    def _make(self) -> QWidget:
        match self.account.stage:
            case Stage.STARTING:
                return self._opening
            case Stage.NEW:
                return self._first_run()
            case Stage.LOCKED:
                return UnlockPage(self.account)
            case Stage.TROUBLE:
                return TroublePage(self.account)
            case Stage.OPEN:
                self._home = self._make_home()
                return self._home

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
        return scene

    def _make_home(self) -> Home:
        home = Home(self._bridge, self.account, self._people, self._server)
        home.restoreState(self._window.place.columns)
        home.left.own.settings_asked.connect(self._open_settings)
        add_shortcuts(home, self._window.close)
        return home

    def _open_settings(self) -> None:
        settings = all_settings()
        settings.closed.connect(lambda: self._close_settings(settings))
        add_settings_shortcuts(settings, self._window.close)
        self._window.show_scene(settings)
        settings.begin()

    def _close_settings(self, settings: Settings) -> None:
        if self._home is not None:
            self._window.show_scene(self._home)
            self._window.drop_scene(settings)

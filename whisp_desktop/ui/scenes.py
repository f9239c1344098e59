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
from whisp_desktop.ui.views.shortcuts import add_shortcuts
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
        self.account = AccountViewModel(bridge, self)
        self._people = PeopleViewModel(bridge, self)
        self._server = ServerStateViewModel(bridge, self)
        self.account.changed.connect(self._follow)

    @property
    def home(self) -> Home | None:
        """The two columns, once the account is open."""
        scene = self._window.scene
        return scene if isinstance(scene, Home) else None

    def _follow(self) -> None:
        if self.account.stage is self._stage:
            return
        self._stage = self.account.stage
        before = self._window.scene
        scene = self._make()
        self._window.show_scene(scene)
        if isinstance(scene, FirstRun | UnlockPage | TroublePage | Home):
            scene.begin()
        if before is not None and before not in {self._opening, self._window.scene}:
            self._window.drop_scene(before)

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
        return scene

    def _home(self) -> Home:
        home = Home(self._bridge, self.account, self._people, self._server)
        home.restoreState(self._window.place.columns)
        add_shortcuts(home, self._window.close)
        return home

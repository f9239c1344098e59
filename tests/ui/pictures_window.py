"""Pictures of the window's pages, to be laid beside the design.

`python tests/ui/pictures_window.py` keeps them in build/pictures, light and dark, wide and narrow;
the window is real, the core a fake.
"""

import asyncio
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import qasync
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from tests.fakes.fake_node import (
    BOB_KEY,
    CAROL_KEY,
    DAVE_KEY,
    NUMBER,
    FakeNode,
    contact,
    found,
)
from tests.fakes.patience import until
from tests.fakes.stage import Stage as WholeStage
from tests.harness import Client
from tests.ui.device_pages import DEVICE_PAGES
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.qr_text import statement_qr
from whisp_desktop.session.answers import CardFound, ChangedKey, OwnCard, Safety
from whisp_desktop.session.commands import (
    CheckName,
    GetCard,
    GetChangedKey,
    GetSafety,
    LookUp,
    ReadCard,
    RequestId,
)
from whisp_desktop.session.events import How, Requested, ServerChanged, Solving
from whisp_desktop.ui import theme
from whisp_desktop.ui.bridge import Bridge
from whisp_desktop.ui.main_window import MainWindow
from whisp_desktop.ui.scenes import Scenes
from whisp_desktop.ui.window_place import WindowPlace

FOLDER = Path("build/pictures")
NUMBER_NOW = NUMBER[:30] + "144776023578919053064268193570"
CARD = Client("alice").card
CARD_QR, LINK = statement_qr(CARD.whole), Invite(CARD, (bytes(32),)).link
WIDE, NARROW = QSize(1120, 720), QSize(380, 640)


class Stage:
    """One window with its fake core."""

    def __init__(self, node: FakeNode, size: QSize = WIDE) -> None:
        self.node = node
        self.window = MainWindow(WindowPlace(Path("/nonexistent")))
        self.window.resize(size)
        self.bridge = Bridge(node.make)
        self.scenes = Scenes(self.window, self.bridge)
        self.window.show()
        self.scenes.account.begin()

    def child(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The visible widget of this name."""
        return next(one for one in self.window.findChildren(kind, name) if one.isVisible())

    def has(self, name: str) -> bool:
        """Whether a visible widget has this name."""
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    async def take(self, name: str) -> None:
        """Let the layout settle, then keep the picture."""
        for _ in range(5):
            await asyncio.sleep(0.01)
        self.window.grab().save(str(FOLDER / f"{name}.png"))

    async def end(self) -> None:
        """Close everything."""
        await self.bridge.close()
        self.window.hide()
        self.window.deleteLater()


def at_home() -> FakeNode:
    node = FakeNode()
    node.contacts = (contact("Bob", BOB_KEY), contact("Dave", DAVE_KEY, "away"))
    return node


def asks(name: str, key: str, request: str = "request-1") -> Requested:
    end = time.monotonic() + 100
    return Requested(RequestId(request), name, key, NUMBER, How.NAME, end)


async def first_run(suffix: str, size: QSize) -> None:
    stage = Stage(FakeNode("new"), size)
    await until(lambda: stage.has("firstRun.next"))
    await stage.take(f"first-run-welcome{suffix}")
    stage.child("firstRun.next").click()
    await stage.take(f"first-run-name-empty{suffix}")
    server = stage.child("firstRun.server")
    assert isinstance(server, QLineEdit)
    server.setText("whisp.example.org")
    name = stage.child("firstRun.username")
    for words in ("bob", "alice"):
        name.clear()
        before = len(stage.node.asked(CheckName))
        for sign in words:
            name.insert(sign)
            name.textEdited.emit(name.text())
        await until(lambda before=before: len(stage.node.asked(CheckName)) > before)
        await stage.take(f"first-run-name-{words}{suffix}")
    stage.child("firstRun.next").click()
    await until(lambda: stage.has("firstRun.keychain"))
    await stage.take(f"first-run-keys{suffix}")
    stage.child("firstRun.next").click()
    await stage.take(f"first-run-protect{suffix}")
    await stage.end()


async def first_run_without_keychain(suffix: str) -> None:
    node = FakeNode("new")
    node.needs_passphrase = True
    stage = Stage(node)
    await until(lambda: stage.has("firstRun.next"))
    stage.child("firstRun.next").click()
    server, name = stage.child("firstRun.server"), stage.child("firstRun.username")
    server.setText("whisp.example.org")
    name.setText("alice")
    name.textEdited.emit("alice")
    stage.child("firstRun.next").click()
    await until(lambda: stage.has("firstRun.passphrase"))
    await stage.take(f"first-run-passphrase{suffix}")
    await stage.end()


async def home(suffix: str, size: QSize) -> None:
    node = at_home()
    node.people["Bob"] = found("Bob")
    stage = Stage(node, size)
    await until(lambda: stage.has("find.field"))
    await stage.take(f"chat-empty{suffix}")
    node.tell(asks("carol", CAROL_KEY))
    await until(lambda: stage.scenes.home.people.rows[0].count == 1)
    if size is WIDE:
        await until(lambda: stage.has("request.accept"))
        await stage.take(f"request{suffix}")
        stage.scenes.home.pane.show_nobody()
    await stage.take(f"chat-empty-request{suffix}")
    node.tell(ServerChanged(connected=False, retry_at=time.monotonic() + 8))
    await until(lambda: stage.has("server.sentence"))
    await stage.take(f"server-lost{suffix}")
    node.tell(ServerChanged(connected=True, retry_at=None))
    node.held.add(LookUp)
    field = stage.child("find.field")
    field.setText("bob")
    field.returnPressed.emit()
    await until(lambda: stage.has("find.looking"))
    node.tell(Solving(0.42))
    await until(lambda: stage.child("find.work").accessibleName().endswith("42 %"))
    await stage.take(f"find-looking{suffix}")
    node.release(LookUp)
    await until(lambda: stage.has("find.ask"))
    await stage.take(f"find-person{suffix}")
    stage.child("find.cancel").click()
    stage.scenes.home.focus_field()
    field.setText("nobody")
    field.returnPressed.emit()
    await until(lambda: stage.has("find.sentence"))
    await stage.take(f"find-nobody{suffix}")
    await stage.end()


async def people(suffix: str, size: QSize) -> None:
    node = at_home()
    node.contacts += (replace(contact("Mallory", CAROL_KEY), blocked=True),)
    node.answers[GetSafety] = Safety(NUMBER, CARD_QR, verified=False)
    stage = Stage(node, size)
    await until(lambda: stage.has("find.field"))
    await until(lambda: len(stage.scenes.home.people.rows) == 5)
    stage.child("people.list").setFocus()
    await stage.take(f"people{suffix}")
    menu = QMenu(stage.window)
    stage.scenes.home.persons.fill(menu, "Bob")
    actions = {action.objectName(): action for action in menu.actions()}
    for name in ("safety-number", "rename", "remove", "block"):
        actions[f"person.{name}"].trigger()
        await until(lambda: stage.has("sheet.close"))
        await stage.take(f"{name}{suffix}")
        stage.child("sheet.close").click()
    await stage.end()


async def key_changed(suffix: str, size: QSize) -> None:
    node = at_home()
    node.contacts = (replace(node.contacts[0], key_changed=True), *node.contacts[1:])
    node.answers[GetChangedKey] = ChangedKey("Bob", True, NUMBER, NUMBER_NOW)
    stage = Stage(node, size)
    await until(lambda: stage.has("find.field"))
    await until(lambda: len(stage.scenes.home.people.rows) == 3)
    stage.scenes.home.pane.show_person("Bob")
    await until(lambda: stage.has("keyChanged.compare"))
    await until(lambda: stage.child("keyChanged.compare").isEnabled())
    await stage.take(f"key-changed-page{suffix}")
    await stage.end()


async def cards(suffix: str, size: QSize) -> None:
    node = at_home()
    node.answers[GetCard] = OwnCard(CARD_QR, LINK)
    node.answers[ReadCard] = CardFound(
        "bob", ("whisp.example.org", "other.example"), BOB_KEY, NUMBER, (True, False)
    )
    stage = Stage(node, size)
    await until(lambda: stage.has("find.field"))
    stage.scenes.home.left.own.card_asked.emit()
    await until(lambda: stage.has("card.copy") and stage.child("card.copy").isEnabled())
    await stage.take(f"card{suffix}")
    stage.child("card.close").click()
    stage.scenes.home.left.own.adding_asked.emit()
    await until(lambda: stage.has("add.text"))
    await stage.take(f"add-contact-empty{suffix}")
    stage.scenes.home.pane.show_card(LINK)
    await until(lambda: stage.has("add.add"))
    await stage.take(f"add-contact{suffix}")
    await stage.end()


async def doors(suffix: str) -> None:
    stage = Stage(FakeNode("locked"))
    await until(lambda: stage.has("unlock.open"))
    stage.child("unlock.passphrase").setText("wrong")
    stage.child("unlock.open").click()
    await until(lambda: stage.scenes.account.unlock_trouble)
    await stage.take(f"unlock{suffix}")
    await stage.end()
    node = FakeNode()
    node.refuse = RefusedError(
        "keychain_locked", "The keychain is locked. Unlock it, then try again."
    )
    stage = Stage(node)
    await until(lambda: stage.has("trouble.again"))
    await stage.take(f"trouble{suffix}")
    await stage.end()


async def devices(suffix: str, size: QSize) -> None:
    for page in DEVICE_PAGES:
        made: list[WholeStage] = []

        def make(node: FakeNode, made: list[WholeStage] = made) -> WholeStage:
            made.append(WholeStage(node, Path("/nonexistent"), size))
            return made[-1]

        stage = await page(make)
        for _ in range(5):
            await asyncio.sleep(0.01)
        stage.window.grab().save(str(FOLDER / f"{page.__name__.replace('_', '-')}{suffix}.png"))
        await stage.end()


async def all_pictures(dress: theme.Theme) -> None:
    for look in (theme.Appearance.LIGHT, theme.Appearance.DARK):
        dress.set_appearance(look)
        suffix = "" if look is theme.Appearance.LIGHT else "-dark"
        await first_run(suffix, WIDE)
        await first_run_without_keychain(suffix)
        await home(suffix, WIDE)
        await people(suffix, WIDE)
        await key_changed(suffix, WIDE)
        await cards(suffix, WIDE)
        await doors(suffix)
        await devices(suffix, WIDE)
    dress.set_appearance(theme.Appearance.LIGHT)
    await first_run("-narrow", NARROW)
    await home("-narrow", NARROW)
    await people("-narrow", NARROW)
    await devices("-narrow", NARROW)
    await key_changed("-narrow", NARROW)
    await cards("-narrow", NARROW)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(all_pictures(theme.install(app)))


if __name__ == "__main__":
    main()

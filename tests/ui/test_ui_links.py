"""Links from outside: handed to the window that is there, shown, and never followed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from tests.fakes.fake_node import BOB_KEY, NUMBER, FakeNode
from tests.fakes.patience import until
from tests.fakes.stage import Stage
from whisp_desktop.session.answers import CardFound
from whisp_desktop.session.commands import AddContact, ReadCard
from whisp_desktop.ui.links import MOST_LINE_BYTES, Links, hand_over

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)")

LINK = "whisp:1#V1NQ.abc-_."


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A profile, and a folder of this test's own for sockets: their paths must be short."""
    with TemporaryDirectory(prefix="whisp") as folder:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield Path(folder) / "profile"


@pytest.fixture
def links(profile: Path) -> Iterator[Links]:
    """A window's ear."""
    links = Links(profile)
    links.begin("")
    yield links
    links.close()


@pytest.fixture
def heard(links: Links) -> list[str]:
    """What it has told of."""
    heard: list[str] = []
    links.opened.connect(heard.append)
    return heard


def send(profile: Path, data: bytes) -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(next(iter((profile.parent / "run").iterdir())).as_posix())
    assert socket.waitForConnected(1000)
    socket.write(data)
    socket.waitForBytesWritten(1000)
    return socket


async def test_a_second_start_hands_its_link_over(profile: Path, heard: list[str]) -> None:
    assert hand_over(profile, LINK)
    await until(lambda: heard == [LINK])


async def test_the_socket_is_this_persons_alone(profile: Path, links: Links) -> None:
    (socket,) = (profile.parent / "run").iterdir()
    assert socket.stat().st_mode & 0o077 == 0
    assert links


async def test_where_no_window_is_there_is_nobody_to_hand_it_to(
    profile: Path, links: Links
) -> None:
    assert not hand_over(profile.with_name("another"), LINK)
    links.close()
    assert not hand_over(profile, LINK)


@pytest.fixture
def left_behind(profile: Path) -> None:
    """Have a socket there whose window was killed."""
    code = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from whisp_desktop.ui.links import Links; app = QCoreApplication([]);"
        "links = Links(Path(sys.argv[1])); links.begin(''); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(profile)], check=True, timeout=30)
    assert list((profile.parent / "run").iterdir())


@pytest.mark.usefixtures("left_behind")
async def test_a_socket_that_was_left_behind_is_no_hindrance(profile: Path) -> None:
    links = Links(profile)
    heard: list[str] = []
    links.opened.connect(heard.append)
    links.begin("")
    assert hand_over(profile, LINK)
    await until(lambda: heard == [LINK])
    links.close()


async def test_a_second_window_leaves_the_first_its_socket(profile: Path, heard: list[str]) -> None:
    second = Links(profile)
    second.begin("")
    second.close()
    assert hand_over(profile, LINK)
    await until(lambda: heard == [LINK])


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"https://whisp.example\n",
        b"whisp:\xff\xfe\n",
        b"whisp:1#\x00\x07\n",
        "whisp:1#ü\n".encode(),
        b"whisp:" + b"a" * MOST_LINE_BYTES,
        b"x" * (1 << 20),
        b"whisp:1#never-ended",
    ],
)
async def test_what_cannot_be_a_link_is_passed_over(
    profile: Path, heard: list[str], data: bytes
) -> None:
    socket = send(profile, data)
    assert hand_over(profile, LINK)
    await until(lambda: heard == [LINK])
    socket.abort()


async def test_one_line_is_read_of_one_connection(profile: Path, heard: list[str]) -> None:
    socket = send(profile, b"whisp:1#a\nwhisp:1#b\n")
    await until(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == ["whisp:1#a"]


async def test_macos_opens_links_by_an_event(heard: list[str]) -> None:
    application = QApplication.instance()
    assert application is not None
    application.sendEvent(application, QFileOpenEvent(QUrl(LINK)))
    assert heard == [LINK]


async def test_a_link_waits_for_the_account_and_then_asks(tmp_path: Path) -> None:
    node = FakeNode("locked")
    node.answers[ReadCard] = CardFound("bob", ("a.example",), BOB_KEY, NUMBER, (True,))
    stage = Stage(node, tmp_path)
    await stage.shown("unlock.open")
    stage.scenes.open_link(LINK)
    assert node.asked(ReadCard) == []
    stage.type("unlock.passphrase", "correct horse")
    stage.click("unlock.open")
    await stage.shown("add.add")
    assert node.asked(ReadCard) == [ReadCard(LINK)]
    stage.scenes.open_link("whisp:1#other")
    await until(lambda: len(node.asked(ReadCard)) == 2)
    assert node.asked(AddContact) == []
    await stage.end()


async def test_a_link_is_shown_in_front_of_the_settings(tmp_path: Path) -> None:
    stage = Stage(FakeNode(), tmp_path)
    stage.node.answers[ReadCard] = CardFound("bob", (), BOB_KEY, NUMBER, ())
    await stage.shown("own.settings")
    stage.click("own.settings")
    await stage.gone("own.settings")
    stage.scenes.open_link(LINK)
    await stage.shown("add.add")
    await stage.end()

"""The camera in the window: what it sees, what it finds, what it says, and that it goes off."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.optics.frames import frame
from whisp_desktop.optics.preview import Preview
from whisp_desktop.ui.eye import Eye
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.fields import LineField, Words
from whisp_desktop.ui.views.scan_view import ScanView

TEXT = "W1:" + "Z" * 200
SIZE = (640, 480)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A camera before which a code lies."""
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"im_{number:03}.png"), frame(TEXT, "plain", SIZE, number))
    monkeypatch.setenv("WHISP_ENV", "development")
    monkeypatch.setenv("WHISP_CAMERA", str(tmp_path / "im_%03d.png"))
    return tmp_path


@pytest.fixture
def view(qtbot: QtBot) -> ScanView:
    made = ScanView()
    qtbot.addWidget(made)
    made.resize(520, 520)
    made.show()
    return made


def camera_threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name == "camera"]


@pytest.mark.usefixtures("desk")
def test_a_code_is_found_once_and_hiding_switches_the_camera_off(
    qtbot: QtBot, view: ScanView
) -> None:
    found: list[str] = []
    view.found.connect(found.append)
    with qtbot.waitSignal(view.found, timeout=20_000):
        view.start()
    qtbot.waitUntil(lambda: "Looking for a code" in view.findChild(Words, "scan.says").text())
    assert view.findChild(QComboBox, "scan.camera").currentText() == "im_%03d.png"
    view.hide()
    assert camera_threads() == []
    assert found == [TEXT]


@pytest.mark.usefixtures("desk")
def test_what_the_camera_sees_is_shown(qtbot: QtBot, view: ScanView) -> None:
    with qtbot.waitSignal(view.found, timeout=20_000):
        view.start()
    preview = view.findChild(type(view._preview))
    white = QColor("white")

    def whites() -> int:
        picture = preview.grab().toImage()
        row = picture.height() // 2
        return sum(picture.pixelColor(x, row) == white for x in range(picture.width()))

    qtbot.waitUntil(lambda: whites() > 20, timeout=10_000)
    view.stop()
    assert whites() == 0


def test_no_camera_is_said_in_words(
    qtbot: QtBot, view: ScanView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.optics.camera.devices", lambda: ())
    view.start()
    says = view.findChild(Words, "scan.says")
    qtbot.waitUntil(lambda: says.text() == "No camera found. Enter a code instead.")


def test_too_little_light_is_said(
    qtbot: QtBot, view: ScanView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2.imwrite(str(tmp_path / "im_000.png"), np.full((480, 640), 9, np.uint8))
    monkeypatch.setenv("WHISP_ENV", "development")
    monkeypatch.setenv("WHISP_CAMERA", str(tmp_path / "im_%03d.png"))
    view.start()
    says = view.findChild(Words, "scan.says")
    qtbot.waitUntil(lambda: says.text().startswith("It is dark here."), timeout=20_000)


def test_text_can_be_pasted(qtbot: QtBot, view: ScanView) -> None:
    view.findChild(QPushButton, "scan.paste").click()
    line = view.findChild(LineField, "scan.text")
    assert line.isVisible()
    line.setText(f" {TEXT} ")
    with qtbot.waitSignal(view.given) as given:
        line.returnPressed.emit()
    assert given.args == [TEXT]


@pytest.mark.usefixtures("desk")
def test_a_picture_is_read_aside_while_the_camera_runs(
    qtbot: QtBot, view: ScanView, tmp_path: Path
) -> None:
    view.start()
    says = view.findChild(Words, "scan.says")
    qtbot.waitUntil(lambda: says.text().startswith("Looking for"), timeout=20_000)
    view._eye.read_picture(tmp_path / "none.png")
    unread = view.findChild(Words, "scan.unread")
    qtbot.waitUntil(unread.isVisible, timeout=20_000)
    assert unread.text().startswith("That file cannot be read")
    assert says.text().startswith("Looking for")
    with qtbot.waitSignal(view.given, timeout=20_000) as given:
        view._eye.read_picture(tmp_path / "im_001.png")
    assert given.args == [TEXT]


def test_a_late_window_misses_frames_and_they_are_wiped() -> None:
    eye = Eye()
    told: list[None] = []
    eye.seen.connect(lambda: told.append(None))
    frames = [Preview(bytearray(b"\xff" * 3), 1, 1, is_dark=False) for _ in range(4)]
    for each in frames[:3]:
        eye._see(each)
    assert len(told) == 1
    assert [any(each.pixels) for each in frames] == [False, False, True, True]
    assert eye.take() is frames[2]
    assert eye.take() is None
    eye._see(frames[3])
    assert len(told) == 2
    eye.close()
    assert not any(frames[3].pixels)


def test_a_drawn_code_can_be_scanned(qtbot: QtBot) -> None:
    from whisp_desktop.optics.qr_reading import read

    picture = CodePicture("Code for the other device")
    qtbot.addWidget(picture)
    picture.set_text(TEXT)
    picture.resize(picture.sizeHint())
    path = picture.grab().toImage()
    grey = np.array(
        [
            [path.pixelColor(x, y).lightness() for x in range(path.width())]
            for y in range(path.height())
        ],
        np.uint8,
    )
    assert read(grey) == TEXT
    picture.clear()
    assert picture.grab().toImage().pixelColor(picture.width() // 2, 30) == QColor("white")

"""The camera: a real video stands in for it, frames die, and it is off when it is closed."""

import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.optics.frames import frame
from whisp_desktop.optics import camera as camera_room
from whisp_desktop.optics.camera import PREVIEW_WIDTH, Camera, Device, devices
from whisp_desktop.optics.preview import Preview
from whisp_desktop.protocol.errors import RefusedError

TEXT = "W1:" + "Z" * 200
SIZE = (640, 480)
PATIENCE_S = 20


class Watcher:
    """What the camera tells, and the camera."""

    def __init__(self) -> None:
        self.told: queue.Queue[Preview | str | RefusedError] = queue.Queue()
        self.camera = Camera(self.told.put, self.told.put, self.told.put)

    def next(self, kind: type) -> object:
        while True:
            told = self.told.get(timeout=PATIENCE_S)
            if isinstance(told, kind):
                return told


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    made = Watcher()
    yield made
    made.camera.close()


@pytest.fixture
def video(tmp_path: Path) -> str:
    """Ten frames at 30 a second: five of an empty desk, five of a code; then again."""
    path = str(tmp_path / "desk.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 30.0, SIZE)
    for number in range(10):
        grey = frame(TEXT, "plain", SIZE, number) if number >= 5 else np.full(SIZE[::-1], 90)
        writer.write(cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2BGR))
    writer.release()
    return path


def test_a_code_on_a_video_is_found_again_and_again(watcher: Watcher, video: str) -> None:
    watcher.camera.open(video)
    for _ in range(12):
        assert watcher.next(str) == TEXT


def test_a_preview_is_mirrored_and_small(watcher: Watcher, tmp_path: Path) -> None:
    left_is_red = np.zeros((720, 1280, 3), np.uint8)
    left_is_red[:, :640, 2] = 255
    cv2.imwrite(str(tmp_path / "im_000.png"), left_is_red)
    watcher.camera.open(str(tmp_path / "im_%03d.png"))
    preview = watcher.next(Preview)
    assert isinstance(preview, Preview)
    assert (preview.width, preview.height) == (PREVIEW_WIDTH, 360)
    pixels = np.frombuffer(preview.pixels, np.uint8).reshape(360, PREVIEW_WIDTH, 3)
    assert tuple(pixels[100, 10]) == (0, 0, 0)
    assert tuple(pixels[100, -10]) == (255, 0, 0)
    del pixels
    preview.close()
    assert not any(preview.pixels)


@pytest.mark.parametrize(("grey", "is_dark"), [(10, True), (120, False)])
def test_too_little_light_is_told(
    watcher: Watcher, tmp_path: Path, *, grey: int, is_dark: bool
) -> None:
    cv2.imwrite(str(tmp_path / "im_000.png"), np.full((480, 640), grey, np.uint8))
    watcher.camera.open(str(tmp_path / "im_%03d.png"))
    preview = watcher.next(Preview)
    assert isinstance(preview, Preview)
    assert preview.is_dark is is_dark


def test_it_is_off_when_it_is_closed(watcher: Watcher, video: str) -> None:
    watcher.camera.open(video)
    watcher.next(Preview)
    watcher.camera.close()
    assert "camera" not in {thread.name for thread in threading.enumerate()}
    while not watcher.told.empty():
        watcher.told.get()
    watcher.camera.close()
    assert watcher.told.empty()


def test_frames_are_wiped(watcher: Watcher, video: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def remember(grey: camera_room.Any) -> None:
        seen.append(grey)

    monkeypatch.setattr(camera_room, "read", remember)
    watcher.camera.open(video)
    for _ in range(4):
        watcher.next(Preview)
    watcher.camera.close()
    assert len(seen) >= 4
    assert not any(each.any() for each in seen)


def test_no_camera_is_said(watcher: Watcher) -> None:
    watcher.camera.open(None)
    refused = watcher.next(RefusedError)
    assert isinstance(refused, RefusedError)
    assert (refused.code, refused.say) == (
        "camera_missing",
        "No camera found. Enter a code instead.",
    )


@pytest.mark.skipif(sys.platform != "linux", reason="looks for /dev/video97, which is Linux's")
def test_a_camera_that_was_pulled_out_is_said(watcher: Watcher) -> None:
    watcher.camera.open(97)
    refused = watcher.next(RefusedError)
    assert isinstance(refused, RefusedError)
    assert refused.code == "camera_missing"


def test_what_gives_no_picture_is_busy(watcher: Watcher, tmp_path: Path) -> None:
    path = tmp_path / "node"
    path.write_bytes(b"no video")
    watcher.camera.open(str(path))
    refused = watcher.next(RefusedError)
    assert isinstance(refused, RefusedError)
    assert refused.code == "camera_busy"


def test_what_opens_and_gives_no_frame_is_busy(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, video: str
) -> None:
    released = threading.Event()

    class Taken:
        """As Media Foundation has a camera that another program uses."""

        def isOpened(self) -> bool:  # noqa: N802 -- OpenCV's name
            return True

        def get(self, _property: int) -> float:
            return 30.0

        def set(self, _property: int, _value: float) -> bool:
            return False

        def read(self, _frame: None) -> tuple[bool, None]:
            return False, None

        def release(self) -> None:
            released.set()

    monkeypatch.setattr(cv2, "VideoCapture", lambda _source: Taken())
    watcher.camera.open(video)
    refused = watcher.next(RefusedError)
    assert isinstance(refused, RefusedError)
    assert refused.code == "camera_busy"
    assert released.wait(PATIENCE_S)


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux tells it")
def test_a_camera_that_may_not_be_used_is_said(
    watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "node"
    path.write_bytes(b"no video")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    watcher.camera.open(str(path))
    refused = watcher.next(RefusedError)
    assert isinstance(refused, RefusedError)
    assert refused.code == "camera_not_allowed"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux lists its cameras in /sys")
def test_cameras_have_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, index, name in ((10, 0, "USB Camera"), (2, 0, "Integrated"), (3, 1, "Integrated")):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "index").write_text(f"{index}\n")
        (node / "name").write_text(f"{name}\n")
    monkeypatch.setattr(camera_room, "_V4L", tmp_path)
    assert devices() == (Device(2, "Integrated"), Device(10, "USB Camera"))


def test_a_video_stands_in_only_in_a_development_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHISP_CAMERA", "/somewhere/desk.avi")
    monkeypatch.setenv("WHISP_ENV", "development")
    assert devices() == (Device("/somewhere/desk.avi", "desk.avi"),)
    monkeypatch.setenv("WHISP_ENV", "production")
    assert Device("/somewhere/desk.avi", "desk.avi") not in devices()

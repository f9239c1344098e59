"""Codes are drawn, seen under each condition, and read from picture files."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.optics.frames import CONDITIONS, SIZES, frame
from whisp_desktop.optics.picture import MOST_FILE_BYTES, read_picture
from whisp_desktop.optics.qr_drawing import QUIET_MODULES, draw
from whisp_desktop.optics.qr_reading import MOST_CHARACTERS, Grey, read
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.qr_text import statement_qr

TEXT = statement_qr(bytes((*b"WSP1", 6, 0, 134)) + bytes(range(134)) + bytes(64))
LONGEST = "W1:" + "Z" * 308


def test_a_code_is_as_small_as_version_10_at_most() -> None:
    assert len(draw(LONGEST)) == 17 + 4 * 10
    assert len(draw("W1:")) == 17 + 4


def test_what_is_drawn_is_read() -> None:
    dark = np.pad(np.array(draw(TEXT), np.uint8), QUIET_MODULES)
    large = np.kron((1 - dark) * 255, np.ones((4, 4), np.uint8)).astype(np.uint8)
    assert read(large) == TEXT


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("size", SIZES)
def test_a_webcam_reads_it(condition: str, size: tuple[int, int]) -> None:
    for seed in range(3):
        assert read(frame(LONGEST, condition, size, seed)) == LONGEST


def test_what_a_code_was_looked_for_in_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    look = zxingcpp.read_barcodes

    def remember(grey: Grey, **more: Any) -> Any:
        looked_at.append(grey)
        return look(grey, **more)

    monkeypatch.setattr(zxingcpp, "read_barcodes", remember)
    grey = np.full((480, 640), 120, np.uint8)
    assert read(grey) is None
    assert len(looked_at) == 2
    assert [bool(each.any()) for each in looked_at if each is not grey] == [False]


def test_a_frame_without_a_code_has_none() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640), np.uint8)
    assert read(noise) is None


def test_a_text_that_cannot_be_ours_is_passed_over() -> None:
    assert read(frame("A" * (MOST_CHARACTERS + 1), "plain", (1280, 720), 1)) is None


def _refusal(path: Path) -> str:
    with pytest.raises(RefusedError) as caught:
        read_picture(path)
    return caught.value.code


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_picture_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"code.{kind}"
    cv2.imwrite(str(path), frame(TEXT, "plain", (1280, 720), 1))
    assert read_picture(path) == TEXT


def test_a_picture_turned_by_90_degrees_and_inverted_is_read(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    cv2.imwrite(str(path), 255 - cv2.rotate(frame(TEXT, "plain", SIZES[0], 1), cv2.ROTATE_180))
    assert read_picture(path) == TEXT


def test_what_is_no_picture_of_a_code_is_said(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    assert _refusal(path) == "picture_unreadable"
    path.write_bytes(b"\x89PNG and no more")
    assert _refusal(path) == "picture_unreadable"
    path.write_bytes(b"")
    assert _refusal(path) == "picture_unreadable"
    cv2.imwrite(str(path), np.zeros((50, 50), np.uint8))
    assert _refusal(path) == "no_code"
    with path.open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)
    assert _refusal(path) == "picture_too_large"


def test_a_picture_of_too_many_pixels_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    cv2.imwrite(str(path), np.zeros((9000, 9000), np.uint8))
    assert path.stat().st_size < MOST_FILE_BYTES
    assert _refusal(path) == "picture_unreadable"

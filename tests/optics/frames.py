"""Frames as a webcam sees a code on a screen, made with seeds: every frame can be made again.

A code stands on a white card on a desk. Each condition spoils it as rooms and webcams do.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from whisp_desktop.optics.qr_drawing import QUIET_MODULES, draw

Frame = NDArray[np.uint8]
Spoil = Callable[[Frame, np.random.Generator], Frame]

SIZES = ((640, 480), (1280, 720))
_CODE_SHARE = 0.75
"""Of the frame's height, quiet zone included; `far` has less."""
_FAR_SHARE = 0.4
_MOST_TILT = 35.0


def _code(text: str, side: int) -> Frame:
    modules = np.array(draw(text), dtype=np.uint8)
    padded = np.pad((1 - modules) * 255, QUIET_MODULES, constant_values=255).astype(np.uint8)
    return np.asarray(cv2.resize(padded, (side, side), interpolation=cv2.INTER_NEAREST), np.uint8)


def _scene(
    text: str,
    size: tuple[int, int],
    chance: np.random.Generator,
    share: float = _CODE_SHARE,
    tilt: float = 5.0,
) -> Frame:
    """Show the code before a camera: turned a little, tilted about an axis in its plane."""
    width, height = size
    code = _code(text, 900)
    angle, axis, turn = np.radians([chance.uniform(0.6, 1) * tilt, chance.uniform(0, 360), 0])
    turn = np.radians(chance.uniform(-8, 8))
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float) / 2
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = corners @ rotation.T
    direction = np.array([np.cos(axis), np.sin(axis)])
    along = points @ direction
    depth = 1 + along * np.sin(angle) / 1.8  # 1.8: how far away, in widths of the code
    flat = points - np.outer(along * (1 - np.cos(angle)), direction)
    seen = flat / depth[:, None] * height * share + np.array([width, height]) / 2
    seen += chance.uniform(-0.03, 0.03, 2) * height
    source = np.array([[0, 0], [900, 0], [900, 900], [0, 900]], np.float32)
    to_frame = cv2.getPerspectiveTransform(source, seen.astype(np.float32))
    grey = chance.integers(60, 140)
    frame = np.full((height, width), grey, np.uint8)
    cv2.warpPerspective(
        code, to_frame, size, dst=frame, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    return frame


def _plain(frame: Frame, _chance: np.random.Generator) -> Frame:
    return frame


def _blur(frame: Frame, chance: np.random.Generator) -> Frame:
    sigma = chance.uniform(0.8, 1.5) * frame.shape[0] / 480
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma), np.uint8)


def _noise(frame: Frame, chance: np.random.Generator) -> Frame:
    return _clipped(frame + chance.normal(0, 18, frame.shape))


def _dim(frame: Frame, chance: np.random.Generator) -> Frame:
    """A dark room: an eighth of the light, and the noise of a sensor at its limit."""
    return _clipped(frame / 8 + 8 + chance.normal(0, 2.5, frame.shape))


def _glare(frame: Frame, chance: np.random.Generator) -> Frame:
    """A lamp in the screen, and the stripes that a screen's lines leave."""
    height, width = frame.shape
    rows, columns = np.mgrid[0:height, 0:width]
    x, y = chance.uniform(0.35, 0.65) * width, chance.uniform(0.35, 0.65) * height
    radius = chance.uniform(0.12, 0.2) * height
    lamp = 120 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2))
    stripes = 10 * np.sin(rows * chance.uniform(0.4, 1.2))
    return _clipped(frame * 0.8 + lamp + stripes)


def _moire(frame: Frame, chance: np.random.Generator) -> Frame:
    """Lay the screen's own pixels over the sensor's: the two grids beat (moiré)."""
    height, width = frame.shape
    rows, columns = np.mgrid[0:height, 0:width]
    turn = np.radians(chance.uniform(-8, 8))
    along = columns * np.cos(turn) + rows * np.sin(turn)
    across = rows * np.cos(turn) - columns * np.sin(turn)
    step = 2 * np.pi / chance.uniform(1.9, 2.4)
    grid = (0.5 + 0.5 * np.cos(along * step)) * (0.5 + 0.5 * np.cos(across * step * 1.01))
    return _clipped(frame * (0.55 + 0.45 * grid))


def _motion(frame: Frame, chance: np.random.Generator) -> Frame:
    """Move the hand that holds it, by a hundredth of the frame's height at most."""
    length = max(2, int(chance.uniform(0.5, 1) * frame.shape[0] / 100))
    turn = np.radians(chance.uniform(0, 180))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    end = np.round(length / 2 * np.array([np.cos(turn), np.sin(turn)])).astype(int)
    begin, end = (int(length - end[0]), int(length - end[1])), (length + end[0], length + end[1])
    cv2.line(kernel, begin, (int(end[0]), int(end[1])), 1.0)
    return np.asarray(cv2.filter2D(frame, -1, kernel / kernel.sum()), np.uint8)


def _four(frame: Frame, chance: np.random.Generator) -> Frame:
    """Spoil it in four ways at once; the scene is tilted too."""
    for spoil in (_blur, _moire, _glare, _noise):
        frame = spoil(frame, chance)
    return frame


def _clipped(values: NDArray[np.float64]) -> Frame:
    return np.clip(values, 0, 255).astype(np.uint8)


CONDITIONS: dict[str, tuple[Spoil, float, float]] = {
    "plain": (_plain, _CODE_SHARE, 5.0),
    "blur": (_blur, _CODE_SHARE, 5.0),
    "tilt to 35°": (_plain, _CODE_SHARE, _MOST_TILT),
    "noise": (_noise, _CODE_SHARE, 5.0),
    "dim": (_dim, _CODE_SHARE, 5.0),
    "screen glare": (_glare, _CODE_SHARE, 5.0),
    "screen's pixels": (_moire, _CODE_SHARE, 5.0),
    "moving hand": (_motion, _CODE_SHARE, 5.0),
    "blur, tilt, noise, glare, pixels": (_four, _CODE_SHARE, _MOST_TILT),
    "far": (_plain, _FAR_SHARE, 5.0),
}
"""What each does to the frame, the code's share of its height, and the tilt in degrees."""


def frame(text: str, condition: str, size: tuple[int, int], seed: int) -> Frame:
    """Return the grey frame of this code, condition, size and seed."""
    spoil, share, tilt = CONDITIONS[condition]
    chance = np.random.default_rng([seed, *map(ord, condition), *size])
    return spoil(_scene(text, size, chance, share, tilt), chance)

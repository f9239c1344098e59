"""Picture files that somebody was sent, with a code or without."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.fuzz.target import Target
from whisp_desktop.optics.opencv import load_opencv
from whisp_desktop.optics.picture import read_picture
from whisp_desktop.optics.qr_drawing import QUIET_MODULES, draw
from whisp_desktop.protocol.errors import RefusedError


def _picture(kind: str) -> bytes:
    dark = np.pad(np.array(draw("W1:CODE"), np.uint8), QUIET_MODULES)
    grey = np.kron((1 - dark) * 255, np.ones((3, 3), np.uint8)).astype(np.uint8)
    return load_opencv().imencode(kind, grey)[1].tobytes()


def _read(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(data)
        read_picture(path)


OPTICS = (
    Target(
        "optics.picture.read_picture",
        _read,
        tuple(_picture(kind) for kind in (".png", ".jpg", ".webp", ".bmp")),
        RefusedError,
    ),
)

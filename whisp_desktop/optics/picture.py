"""A code in a picture file."""

from pathlib import Path

import numpy as np

from whisp_desktop.optics.opencv import load_opencv
from whisp_desktop.optics.qr_reading import Grey, read
from whisp_desktop.protocol.errors import RefusedError

MOST_FILE_BYTES = 20 * 1024 * 1024


def read_picture(path: Path) -> str:
    """Return the text of the code in a picture. It takes its time: never on the window's thread.

    RefusedError `picture_unreadable`, `picture_too_large`, `no_code`.
    """
    try:
        with path.open("rb") as file:
            data = bytearray(file.read(MOST_FILE_BYTES + 1))
    except OSError:
        raise _unreadable() from None
    if len(data) > MOST_FILE_BYTES:
        raise RefusedError(
            "picture_too_large", "That picture is too large. Cut the code out of it and try again."
        )
    try:
        grey = _decode(data)
    finally:
        data[:] = bytes(len(data))
    text = read(grey, thoroughly=True)
    grey.fill(0)
    if text is None:
        say = "There is no code to be seen in that picture. Take one that shows it whole and sharp."
        raise RefusedError("no_code", say)
    return text


def _decode(data: bytearray) -> Grey:
    cv2 = load_opencv()
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        grey = None
    if grey is None:
        raise _unreadable()
    return np.asarray(grey, np.uint8)


def _unreadable() -> RefusedError:
    say = "That file cannot be read as a picture. Choose a PNG or a JPEG file."
    return RefusedError("picture_unreadable", say)

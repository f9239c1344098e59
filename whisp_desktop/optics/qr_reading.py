"""QR codes that are seen: in a frame of the camera, or in a picture."""

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from whisp_desktop.optics.opencv import load_opencv

MOST_CHARACTERS = 512
"""Nothing that Whisp shows as a code is longer."""

Grey = NDArray[np.uint8]
"""Rows of pixels, 0 black to 255 white."""


def read(grey: Grey, *, thoroughly: bool = False) -> str | None:
    """Return the text of a QR code in the picture, if there is one and it can be Whisp's.

    It is looked at softened first: a screen's own pixels, seen by a camera's, tear its modules.

    thoroughly -- for a picture that comes once, not thirty times a second
    """
    soft = np.asarray(load_opencv().GaussianBlur(grey, (3, 3), 0), np.uint8)
    text = _read(soft, thoroughly=thoroughly)
    soft.fill(0)
    return text if text is not None else _read(grey, thoroughly=thoroughly)


def _read(grey: Grey, *, thoroughly: bool) -> str | None:
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=thoroughly,
        try_downscale=thoroughly,
        try_invert=thoroughly,
        text_mode=zxingcpp.TextMode.Plain,
    )
    texts = (code.text for code in found if code.valid)
    return next((text for text in texts if 0 < len(text) <= MOST_CHARACTERS), None)

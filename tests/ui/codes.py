"""What a camera would read."""

import numpy as np
import zxingcpp
from PySide6.QtGui import QImage


def code_in(picture: QImage) -> str:
    """Return the text of the code that a picture shows, or nothing."""
    image = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    found = zxingcpp.read_barcodes(rows[:, : image.width()])
    return found[0].text if found else ""

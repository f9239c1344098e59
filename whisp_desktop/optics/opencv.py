"""OpenCV, quiet and bounded. It takes a fifth of a second to load: never on the window's thread."""

import os
from functools import cache
from types import ModuleType

MOST_PIXELS = 50_000_000


@cache
def load_opencv() -> ModuleType:
    """Return `cv2`, which decodes no picture of more than `MOST_PIXELS` and logs nothing.

    Of a damaged picture its libpng and libjpeg say on the standard error that it is damaged.
    """
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(MOST_PIXELS)
    os.environ["OPENCV_LOG_LEVEL"] = "SILENT"
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
    import cv2  # noqa: PLC0415 -- after its settings, and when it is needed

    return cv2

"""How many synthetic webcam frames are read, by Whisp's reader and by OpenCV's two detectors.

    python -m tests.benchmarks.bench_codes [frames a cell]

Prints the table of resources/docs/codes.md; every frame can be made again from its seed.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable

import cv2

from tests.optics.frames import CONDITIONS, SIZES, Frame, frame
from whisp_desktop.optics.qr_reading import read

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CHARACTERS = (308, 252, 200)
"""A token or card of 205 bytes, and shorter ones."""
_FRAMES = 100


def _texts() -> list[str]:
    chance = random.Random(1)
    return ["W1:" + "".join(chance.choices(_ALPHABET, k=count)) for count in _CHARACTERS]


def _opencv(detector: cv2.QRCodeDetector | cv2.QRCodeDetectorAruco) -> Callable[[Frame], str]:
    def detect(grey: Frame) -> str:
        try:
            return detector.detectAndDecode(grey)[0]
        except cv2.error:
            return ""

    return detect


def main() -> None:
    """Read every cell and print its row."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _FRAMES
    readers: dict[str, Callable[[Frame], str | None]] = {
        "Whisp": read,
        "QRCodeDetector": _opencv(cv2.QRCodeDetector()),
        "QRCodeDetectorAruco": _opencv(cv2.QRCodeDetectorAruco()),
    }
    texts = _texts()
    print("| frame | condition |", " | ".join(readers), "| CPU ms: median, most |")
    print("|---|---|---|---|---|---|")
    cv2.setNumThreads(1)
    for size in SIZES:
        for condition in CONDITIONS:
            right = dict.fromkeys(readers, 0)
            spent_ms: list[float] = []
            for seed in range(count):
                text = texts[seed % len(texts)]
                seen = frame(text, condition, size, seed)
                for name, reader in readers.items():
                    began = time.thread_time()
                    right[name] += reader(seen) == text
                    if name == "Whisp":
                        spent_ms.append((time.thread_time() - began) * 1000)
            shares = " | ".join(f"{100 * each / count:.0f} %" for each in right.values())
            cpu = f"{statistics.median(spent_ms):.1f}, {max(spent_ms):.1f}"
            print(f"| {size[0]} by {size[1]} | {condition} | {shares} | {cpu} |", flush=True)


if __name__ == "__main__":
    main()

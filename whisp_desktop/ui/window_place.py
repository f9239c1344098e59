"""Where the window stood and how it looked: the only thing that the window itself remembers.

Which conversation was open is not remembered, nor is any name.
"""

import contextlib
import json
import os
from pathlib import Path

from PySide6.QtCore import QByteArray

from whisp_desktop.log import get_log

_FILE = "window.json"
_KEYS = frozenset({"geometry", "columns", "look"})
_MOST_BYTES = 16_384

log = get_log("ui")


class WindowPlace:
    """Size, place, columns and look, in one small file of the profile's folder.

    A file that is missing or damaged is no error: the window then has its first size.
    """

    def __init__(self, profile: Path) -> None:
        self._path = profile / _FILE
        self._kept = self._read()

    @property
    def geometry(self) -> QByteArray:
        """What `QWidget.saveGeometry` gave, or empty."""
        return _bytes(self._kept.get("geometry", ""))

    @property
    def columns(self) -> QByteArray:
        """What `QSplitter.saveState` gave, or empty."""
        return _bytes(self._kept.get("columns", ""))

    @property
    def look(self) -> str:
        """`system`, `light` or `dark`."""
        look = self._kept.get("look", "")
        return look if look in {"light", "dark"} else "system"

    def keep(self, geometry: QByteArray, columns: QByteArray, look: str) -> None:
        """Write the file, for this person's eyes only; a disk that refuses costs only this."""
        self._kept = {"geometry": _text(geometry), "columns": _text(columns), "look": look}
        draft = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(self._kept, file)
            draft.replace(self._path)
        except OSError:
            log.warning("the window's place could not be kept")

    def _read(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {key: kept[key] for key in _KEYS & kept.keys() if isinstance(kept[key], str)}


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode()))


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode()

"""A whole profile is put out of the way: nothing of it is deleted, and each file keeps its name."""

from itertools import count
from pathlib import Path

from whisp_desktop.vault.disk import Disk
from whisp_desktop.vault.key_places import BOOK_FILE
from whisp_desktop.vault.key_store_record import FILE_NAME, KEYS_FILES

_NAMES = (BOOK_FILE, *KEYS_FILES, FILE_NAME)
"""The record comes last: a folder without it was left unfinished, and is gone on with."""


def set_profile_aside(folder: Path, disk: Disk) -> str:
    """Move the profile's files into a folder within, whose name is returned. OSError."""
    present = [name for name in _NAMES if disk.exists(folder / name)]
    aside = next(
        each
        for each in (folder / f"set-aside-{number}" for number in count(1))
        if not any(disk.exists(each / name) for name in (*present, FILE_NAME))
    )
    disk.make_private_folder(aside)
    for name in present:
        disk.replace(folder / name, aside / name)
        disk.sync_folder(aside)
        disk.sync_folder(folder)
    return aside.name

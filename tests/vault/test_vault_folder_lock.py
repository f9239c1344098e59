"""One process at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.vault.folder_lock import FolderLock

_TAKE = """
import sys
from pathlib import Path
from whisp_desktop.vault.folder_lock import FolderLock

lock = FolderLock.take(Path(sys.argv[1]))
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = FolderLock.take(tmp_path)
    with pytest.raises(RefusedError, match="already runs") as refused:
        FolderLock.take(tmp_path)
    assert refused.value.code == "profile_in_use"
    first.close()
    first.close()
    FolderLock.take(tmp_path).close()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _TAKE, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"taken\n"
        with pytest.raises(RefusedError):
            FolderLock.take(tmp_path)
        holder.kill()
    FolderLock.take(tmp_path).close()


def test_where_nothing_can_be_written_the_disk_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        FolderLock.take(tmp_path / "absent")

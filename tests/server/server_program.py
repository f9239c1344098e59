"""The server as a program of its own, on a free port."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = (sys.executable, "-m", "whisp_desktop.server.main")
READY = "whisp-server listening on "


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What a quick development server is told."""
    base = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    quick = {
        "WHISP_ENV": "development",
        "PORT": "0",
        "POW_BITS": "8",
        "LIMITS": "off",
        "DATABASE_URL": f"sqlite:///{folder / 'directory.sqlite3'}",
    }
    return {**base, **quick, **settings}


class Running:
    """One server process."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.errors = folder / "stderr.txt"
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                PROGRAM,
                env=environment(folder, **settings),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=Path(__file__).parents[2],
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(READY), self.errors.read_text()
        self.url = line.removeprefix(READY).strip()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

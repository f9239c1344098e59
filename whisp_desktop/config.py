"""What the environment decides for a client: which build it is and where its profile lies."""

import os
import sys
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent


def is_development() -> bool:
    """Tell a development build, which may use loopback addresses, from any other.

    `WHISP_ENV` decides where it is set; else a program run from its source checkout is one.
    """
    environment = os.environ.get("WHISP_ENV")
    if environment is not None:
        return environment == "development"
    return not getattr(sys, "frozen", False) and (_CHECKOUT / "pyproject.toml").exists()


def camera_file() -> str | None:
    """Return the video that stands in for the camera (`WHISP_CAMERA`): in a development build."""
    return os.environ.get("WHISP_CAMERA") or None if is_development() else None


def default_profile() -> Path:
    """Return the folder of this user's profile, as each operating system has it."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "Whisp"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Whisp"
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "whisp"

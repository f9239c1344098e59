"""The scheme whisp: as each system wants it said; Windows' and macOS' forms are not run here."""

import configparser
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
ENTRY = "Desktop Entry"


def entry_of(file: Path) -> configparser.SectionProxy:
    """Read a desktop entry (Desktop Entry Specification)."""
    parser = configparser.RawConfigParser(interpolation=None, strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys have capitals
    parser.read_string(file.read_text("utf-8"))
    assert parser.sections() == [ENTRY]
    return parser[ENTRY]


def test_linux_knows_the_scheme_and_hands_over_one_link() -> None:
    entry = entry_of(PACKAGING / "linux" / "whisp.desktop")
    assert entry["MimeType"] == "x-scheme-handler/whisp;"
    assert entry["Exec"] == "whisp %u"
    assert (entry["Type"], entry["Name"], entry["Terminal"]) == ("Application", "Whisp", "false")


def test_linux_has_no_complaint() -> None:
    validate = shutil.which("desktop-file-validate")
    if validate is None:
        pytest.skip("desktop-file-utils is not installed")
    file = PACKAGING / "linux" / "whisp.desktop"
    run = subprocess.run([validate, str(file)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="a shell script for Linux")
def test_registering_names_the_program_by_its_path(tmp_path: Path) -> None:
    program = tmp_path / "the bundle" / "whisp"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    subprocess.run(
        [str(PACKAGING / "linux" / "register-links.sh"), str(program)],
        check=True,
        env={"HOME": str(tmp_path), "PATH": "/bin:/usr/bin", "XDG_DATA_HOME": str(tmp_path / "d")},
    )
    entry = entry_of(tmp_path / "d" / "applications" / "whisp.desktop")
    assert entry["Exec"] == f'"{program}" %u'


def test_macos_knows_the_scheme() -> None:
    information = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    (kind,) = information["CFBundleURLTypes"]
    assert kind["CFBundleURLSchemes"] == ["whisp"]
    assert kind["CFBundleURLName"]
    assert "Info.plist" in (PACKAGING / "whisp.spec").read_text("utf-8")


def test_windows_is_told_scheme_and_command() -> None:
    script = (PACKAGING / "windows" / "register-links.ps1").read_text("utf-8")
    assert r"$scheme = 'HKCU:\Software\Classes\whisp'" in script
    assert re.search(r"Set-Item -Path \$scheme -Value 'URL:Whisp'", script)
    assert re.search(r"-Name 'URL Protocol' -Value ''", script)
    assert r'''Set-Item -Path "$scheme\shell\open\command" -Value "`"$Program`" `"%1`""''' in script

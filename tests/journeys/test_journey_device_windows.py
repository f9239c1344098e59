"""Two windows of one person, in processes of their own: a device is added, wrongly and well."""

import asyncio
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from tests.demo.people import PersonOfWindow
from tests.journeys.programs import Server
from tests.journeys.windows import Seen, Window

DEVICES_ROW = 1


def _told(seen: Seen) -> bool:
    return bool(seen["description"])


def _digits(seen: Seen) -> str:
    return "".join(filter(str.isdigit, seen["description"]))


async def _open_devices(window: Window) -> None:
    await window.click("own.settings")
    await window.sees("settings.list")
    await window.order("click_row", name="settings.list", row=DEVICES_ROW)
    await window.sees("devices.showCode", lambda seen: seen["enabled"])


async def _lists(window: Window, devices: int) -> list[str]:
    """Wait until so many devices are on the page; return the parts of their ids."""
    async with asyncio.timeout(20):
        while True:
            names = await window.order("names")
            found = [name for name in names if name.startswith("device.name.")]
            if len(found) == devices:
                return [name.removeprefix("device.name.") for name in found]
            await asyncio.sleep(0.05)


async def _seal(window: Window) -> None:
    await window.type("join.passphrase", window.passphrase)
    await window.type("join.passphraseAgain", window.passphrase)
    await window.click("join.next")


@pytest_asyncio.fixture
async def old(tmp_path: Path, server: Server, ends: AsyncExitStack) -> Window:
    """Ann's window, on the page of her devices."""
    window = Window(tmp_path / "old", server.url)
    ends.push_async_callback(window.close)
    await PersonOfWindow("ann", await window.start()).claim_name()
    await _open_devices(window)
    return window


@pytest_asyncio.fixture
async def new(tmp_path: Path, server: Server, ends: AsyncExitStack) -> Window:
    """A window without an account; its camera looks at what `_photograph` has kept."""
    camera = {"WHISP_ENV": "development", "WHISP_CAMERA": str(tmp_path / "camera_%03d.png")}
    window = Window(tmp_path / "new", server.url, camera)
    ends.push_async_callback(window.close)
    return await window.start()


async def _photograph(window: Window, folder: Path) -> None:
    await window.picture(folder / "camera_000.png")
    for number in range(1, 4):
        shutil.copy(folder / "camera_000.png", folder / f"camera_{number:03}.png")


def _counts(seen: Seen) -> bool:
    return "seconds left" in seen["accessible"]


async def _add_by_camera(old: Window, new: Window, folder: Path) -> None:
    await old.click("devices.showCode")
    await old.sees("adding.picture", _counts)
    await _photograph(old, folder)
    await new.click("firstRun.otherDevice")
    await _seal(new)
    await old.type("adding.digits", _digits(await new.sees("join.sixDigits", _told)), enter=True)
    await old.click("adding.close")
    assert (await new.sees("own.name"))["text"] == "ann"


async def test_a_device_is_added_by_its_camera_and_revoked(
    old: Window, new: Window, tmp_path: Path
) -> None:
    await _add_by_camera(old, new, tmp_path)
    await _open_new(new)
    assert sorted(await _lists(old, 2)) == sorted(await _lists(new, 2))
    this = [name for name in await old.order("names") if name.startswith("device.revoke.")]
    await old.click(this[0])
    await old.click("revoke.yes")
    await new.says("This device was revoked by another one of yours. Its keys have been erased.")
    await new.click("trouble.again")
    await new.sees("firstRun.otherDevice")


async def _open_new(window: Window) -> None:
    """A device without the account key cannot add others: its page offers nothing to click."""
    await window.click("own.settings")
    await window.sees("settings.list")
    await window.order("click_row", name="settings.list", row=DEVICES_ROW)
    await window.sees("devices.showCode", lambda seen: not seen["enabled"])


async def test_a_device_is_added_by_a_code_after_wrong_digits(old: Window, new: Window) -> None:
    await new.click("firstRun.otherDevice")
    await new.click("join.code")
    await _read_out(old, new)
    await _seal(new)
    digits = _digits(await new.sees("join.sixDigits", _told))
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    await old.type("adding.digits", wrong, enter=True)
    await old.says("Stopped. Nothing was handed over.")
    await new.sees("join.trouble", lambda seen: seen["text"].endswith("."))
    await old.click("adding.close")
    await _read_out(old, new)
    await old.type("adding.digits", _digits(await new.sees("join.sixDigits", _told)), enter=True)
    await old.click("adding.close")
    assert (await new.sees("own.name"))["text"] == "ann"


async def _read_out(old: Window, new: Window) -> None:
    await old.click("devices.makeCode")
    code = _digits(await old.sees("adding.code", _told))
    await new.type("join.digits", code)
    await new.click("join.next")

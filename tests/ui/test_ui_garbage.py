"""Cyclic garbage goes in the window's thread, and nowhere else."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from whisp_desktop.ui import garbage
from whisp_desktop.ui.garbage import Garbage


class Ring(QObject):
    """An object in a cycle that notes in which thread it goes."""

    def __init__(self, ends: list[str]) -> None:
        super().__init__()
        self.myself = self
        self.ends = ends

    def __del__(self) -> None:
        self.ends.append(threading.current_thread().name)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Garbage]:
    monkeypatch.setattr(garbage, "EVERY_MS", 10)
    gc.enable()
    collector = Garbage()
    yield collector
    collector.close()
    gc.disable()


@pytest.mark.usefixtures("collector")
def test_it_goes_in_the_window_s_thread(qtbot: QtBot) -> None:
    ends: list[str] = []
    Ring(ends)
    kept: list[object] = []

    def allocate() -> None:
        """Far more than what makes the interpreter collect."""
        kept.extend([] for _ in range(5000))

    core = threading.Thread(target=allocate, name="core")
    core.start()
    core.join()
    assert ends == []
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [threading.main_thread().name]


def test_afterwards_the_interpreter_collects_again(collector: Garbage) -> None:
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()

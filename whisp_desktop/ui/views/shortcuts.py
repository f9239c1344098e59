"""The keys of look.md §8 that belong to the window. Qt makes `Ctrl` to `Cmd` on macOS."""

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from whisp_desktop.ui.views.home import Home
from whisp_desktop.ui.views.settings import Settings
from whisp_desktop.ui.views.sheet import Sheet

_TAB = "Meta" if sys.platform == "darwin" else "Ctrl"


def add_shortcuts(home: Home, quit_whisp: Callable[[], object]) -> None:
    """Give `home` its keys."""
    keys: dict[str, Callable[[], object]] = {
        "Ctrl+K": home.focus_field,
        "Ctrl+,": home.left.own.settings_asked.emit,
        "Ctrl+W": lambda: _leave(home),
        "Ctrl+I": home.open_safety,
        "Ctrl+T": lambda: _open_timer(home),
        f"{_TAB}+Tab": lambda: home.show_next(1),
        f"{_TAB}+Shift+Tab": lambda: home.show_next(-1),
        "Esc": home.go_back,
    }
    for place in range(9):
        keys[f"Ctrl+{place + 1}"] = _nth(home, place)
    _add_keys(home, keys, lambda: _regions(home), quit_whisp)


def add_settings_shortcuts(settings: Settings, quit_whisp: Callable[[], object]) -> None:
    """Give `settings` its keys."""
    _add_keys(settings, {"Esc": settings.go_back}, lambda: settings.regions, quit_whisp)


def _add_keys(
    scene: QWidget,
    keys: dict[str, Callable[[], object]],
    regions: Callable[[], Sequence[QWidget]],
    quit_whisp: Callable[[], object],
) -> None:
    keys["F6"] = lambda: _go_to_region(regions(), 1)
    keys["Shift+F6"] = lambda: _go_to_region(regions(), -1)
    for key, act in keys.items():
        _add(scene, key, _unless_covered(scene, act))
    _add(scene, "Ctrl+Q", quit_whisp)


def _add(scene: QWidget, key: str, act: Callable[[], object]) -> None:
    QShortcut(QKeySequence(key), scene).activated.connect(act)


def _unless_covered(scene: QWidget, act: Callable[[], object]) -> Callable[[], object]:
    """Return what does nothing while a sheet waits for an answer."""

    def act_if_free() -> None:
        if not any(sheet.isVisible() for sheet in scene.window().findChildren(Sheet)):
            act()

    return act_if_free


def _nth(home: Home, place: int) -> Callable[[], object]:
    return lambda: home.show_nth(place)


def _leave(home: Home) -> None:
    page = home.pane.talk()
    if page is not None:
        page.leave()


def _open_timer(home: Home) -> None:
    page = home.pane.talk()
    if page is not None:
        page.open_timer_menu()


def _regions(home: Home) -> Sequence[QWidget]:
    """Return the places that F6 goes round: field, list, the parts of the page, foot."""
    page = home.pane.talk()
    parts = page.regions() if page is not None else [home.pane.currentWidget()]
    regions = (home.left.field, home.left.people, *parts, home.left.foot)
    return [region for region in regions if region.isVisible()]


def _go_to_region(regions: Sequence[QWidget], step: int) -> None:
    now = QApplication.focusWidget()
    here = next(
        (
            place
            for place, one in enumerate(regions)
            if one is now or (now is not None and one.isAncestorOf(now))
        ),
        -1 if step > 0 else 0,
    )
    for distance in range(1, len(regions) + 1):
        region = regions[(here + step * distance) % len(regions)]
        target = _first_focusable(region)
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def _first_focusable(region: QWidget) -> QWidget | None:
    parts = (region, *region.findChildren(QWidget))
    return next(
        (
            part
            for part in parts
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus
            and part.isEnabled()
            and part.isVisible()
        ),
        None,
    )

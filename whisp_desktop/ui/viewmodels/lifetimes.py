"""Lifetimes and what is left of them, in words."""

from math import ceil
from typing import Final

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86400


def short_lifetime(lifetime_s: int) -> str:
    """Return a lifetime for chips and bubbles; 0 is until the conversation ends."""
    return time_left(lifetime_s) if lifetime_s else translate("Lifetimes", "Off")


def long_lifetime(lifetime_s: int) -> str:
    """Return one of the five lifetimes for menus and screen readers."""
    return {
        0: translate("Lifetimes", "Until one of us leaves"),
        5: translate("Lifetimes", "5 seconds"),
        MINUTE_S: translate("Lifetimes", "1 minute"),
        HOUR_S: translate("Lifetimes", "1 hour"),
        DAY_S: translate("Lifetimes", "1 day"),
    }[lifetime_s]


def time_left(left_s: float) -> str:
    """Return what is left in the greatest unit that it fills: 4 s, 49 min, 1 h."""
    count, unit_s = _split(left_s)
    return {
        1: translate("Lifetimes", "{count} s"),
        MINUTE_S: translate("Lifetimes", "{count} min"),
        HOUR_S: translate("Lifetimes", "{count} h"),
        DAY_S: translate("Lifetimes", "{count} day"),
    }[unit_s].format(count=count)


def goes_in(left_s: float) -> str:
    """Return what a screen reader says of a running timer."""
    count, unit_s = _split(left_s)
    if count == 1:
        return {
            1: translate("Lifetimes", "Goes in 1 second."),
            MINUTE_S: translate("Lifetimes", "Goes in 1 minute."),
            HOUR_S: translate("Lifetimes", "Goes in 1 hour."),
            DAY_S: translate("Lifetimes", "Goes in 1 day."),
        }[unit_s]
    return {
        1: translate("Lifetimes", "Goes in %n seconds.", "", count),
        MINUTE_S: translate("Lifetimes", "Goes in %n minutes.", "", count),
        HOUR_S: translate("Lifetimes", "Goes in %n hours.", "", count),
        DAY_S: translate("Lifetimes", "Goes in %n days.", "", count),
    }[unit_s]


def _split(left_s: float) -> tuple[int, int]:
    """Return a count and its unit in seconds."""
    whole_s = ceil(left_s)
    for unit_s in (DAY_S, HOUR_S, MINUTE_S):
        if whole_s >= unit_s:
            return whole_s // unit_s, unit_s
    return whole_s, 1

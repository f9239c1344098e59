"""The number that stands in front of foreign bytes, where the wire has one."""

import re

from whisp_desktop.protocol.errors import UnknownVersionError

VERSION = 1

_NUMBER = "([1-9][0-9]{0,2})"


def check_version(what: str, text: str, before: str, after: str = "") -> None:
    """UnknownVersionError if the text begins with `before`, another version and `after`.

    What begins in any other way passes: the caller has an error of his own for it.
    """
    found = re.match(re.escape(before) + _NUMBER + re.escape(after), text)
    if found is not None and int(found[1]) != VERSION:
        raise UnknownVersionError(what, int(found[1]), VERSION)

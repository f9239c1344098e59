"""An object as one line: JSON in UTF-8, harmless on a terminal."""

import json
import re
from typing import Any

from whisp_desktop.session.commands import MessageId

Object = dict[str, Any]

_INVISIBLE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
"""What a terminal obeys, or what turns the words around it: written as JSON's escapes."""


def encode_line(fields: Object) -> bytearray:
    """Return the object and a newline, in a buffer that can be overwritten."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return bytearray(_INVISIBLE.sub(_escaped, text).encode() + b"\n")


def wire_id(message: MessageId) -> str:
    """Return the 16 digits of a message's id that are the same on both sides."""
    return message[-16:]


def _escaped(character: re.Match[str]) -> str:
    return json.dumps(character[0])[1:-1]

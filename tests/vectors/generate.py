"""`python -m tests.vectors.generate [DIR]`: write every file of vectors anew, here or elsewhere.

Everything follows from names: twice gives the same bytes. None of the product's code is used.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.vectors.reference import (
    enrollment_file,
    group_file,
    message_file,
    pake_file,
    people,
    routes,
    server_file,
    session_file,
    standing_file,
    statement_file,
    steps,
)

FILES: dict[str, Callable[[], Any]] = {
    "enrollment.json": enrollment_file.document,
    "friend_code.json": people.friend_codes,
    "groups.json": group_file.document,
    "kdf_steps.json": steps.kdf_steps,
    "padding.json": steps.padding,
    "pake.json": pake_file.document,
    "peer_messages.json": message_file.document,
    "proof_of_work.json": people.proofs_of_work,
    "recovery_sheet.json": people.recovery_sheets,
    "route.json": routes.document,
    "safety_number.json": people.safety_numbers,
    "server_frames.json": server_file.document,
    "session.json": session_file.document,
    "standing.json": standing_file.document,
    "statements.json": statement_file.document,
}


def text_of(name: str) -> str:
    """Return the content of one file."""
    return json.dumps(FILES[name](), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    for name in FILES:
        (folder / name).write_text(text_of(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

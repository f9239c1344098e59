"""The models in resources/docs/models have the names, labels and type bytes of the code."""

import re
from pathlib import Path

import pytest

import whisp_desktop
from whisp_desktop.protocol import enrollment_frames, handshake
from whisp_desktop.protocol.statements import StatementType

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "resources/docs/models").glob("*.pv"))
CODE = "".join(
    path.read_text("utf-8")
    for path in (Path(whisp_desktop.__file__).parent / "protocol").glob("*.py")
)
LABELS = set(re.findall(r"(?:label|derive)\([\"']([a-z-]+)[\"']", CODE))
FIRST_BYTES = {
    first.hex()
    for first in (
        *(handshake._M1_TYPE, handshake._M2_TYPE),
        *(enrollment_frames.E1, enrollment_frames.E2, enrollment_frames.E3, enrollment_frames.E4),
    )
}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_models_constants_are_those_of_the_code(path: Path) -> None:
    model = path.read_text("utf-8")
    code = re.sub(r"\(\*.*?\*\)", "", model, flags=re.DOTALL)
    declared = re.findall(r"\bconst ([\w, ]+): bitstring", code)
    constants = {name.strip() for names in declared for name in names.split(",")}
    names = {each for each in constants if each.startswith("Whisp_")}
    assert names <= {handshake._NAME.decode(), enrollment_frames._NAME.decode()}
    assert bool(names) == (path.stem not in {"ratchet", "ratchet_ml_kem"})
    assert {each[2:] for each in constants if each.startswith("l_")} <= LABELS
    assert set(re.findall(r"<([a-z-]+)>", model)) <= LABELS
    types = {int(each[1:]) for each in constants if re.fullmatch(r"s\d\d", each)}
    assert types <= set(StatementType)
    assert {each[1:] for each in constants if re.fullmatch(r"[me]\d\d", each)} <= FIRST_BYTES
    for each in constants:
        assert len(re.findall(rf"\b{each}\b", code)) > 1, each


def test_there_are_models_and_labels() -> None:
    assert len(MODELS) == 10
    assert {"stmt", "split", "fin", "rk", "ck", "digits", "devpop"} <= LABELS

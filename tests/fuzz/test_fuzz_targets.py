"""Whatever comes from outside, a parser takes it or refuses it with its one error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.target import CORPUS, Target
from tests.fuzz.targets import TARGETS
from tests.machines import EXAMPLES

INPUTS = max(10, EXAMPLES // 5)
"""Inputs that hypothesis makes for each target."""


@st.composite
def _mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed with bytes flipped, cut out, put in, or taken over from a seed's other place."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0 and at < len(data):
            data[at] ^= draw(st.integers(1, 255))
        elif kind == 1:
            del data[at : at + draw(st.integers(1, len(data) + 1))]
        elif kind == 2:
            data[at:at] = draw(st.binary(max_size=8))
        else:
            other = draw(st.sampled_from(seeds))
            start = draw(st.integers(0, len(other)))
            piece = other[start : start + draw(st.integers(1, 64))]
            data[at : at + len(piece)] = piece
    return bytes(data)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@settings(deadline=None, max_examples=INPUTS)
@given(data=st.data())
def test_nothing_but_a_refusal_comes_out(target: Target, data: st.DataObject) -> None:
    target.feed(data.draw(_mutated(target.seeds) | st.binary(max_size=300)))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_seeds_are_taken_and_kept_inputs_come_to_nothing(target: Target) -> None:
    for seed in target.seeds:
        target.parse(seed)
    for data in target.corpus().values():
        target.feed(data)


def test_every_target_has_its_corpus() -> None:
    """`python -m tests.fuzz.keep NAME` makes one."""
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)
    assert all(target.corpus() for target in TARGETS.values())

"""Proof of work: challenges that are one's own, work that was done."""

import secrets

import pytest

from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.kdf import label, sha256
from whisp_desktop.protocol.proof_of_work import (
    CHALLENGE_LIFE_S,
    GUEST_BINDING,
    LEAST_BITS,
    MOST_BITS,
    Challenge,
    check_challenge,
    solve,
    verify,
)

NOW = 1_800_000_000
KEY = b"k" * 32


def test_the_figures_of_the_page() -> None:
    assert (CHALLENGE_LIFE_S, LEAST_BITS, MOST_BITS) == (120, 3, 26)


def _challenge(bits: int = 8, expires: int = NOW + 120) -> Challenge:
    return check_challenge(KEY, Challenge.mint(KEY, bits, expires, secrets.token_bytes), NOW)


def _always(_progress: float) -> bool:
    return True


def test_a_minted_challenge_is_known_again() -> None:
    challenge = _challenge(20)
    assert len(challenge.whole) == 41
    assert (challenge.bits, challenge.expires, len(challenge.salt)) == (20, NOW + 120, 16)
    assert Challenge.parse(challenge.whole) == challenge


def test_two_challenges_have_two_salts() -> None:
    assert _challenge().salt != _challenge().salt


def test_a_challenge_of_another_key_or_with_another_bit_is_refused() -> None:
    whole = _challenge().whole
    with pytest.raises(PeerError, match="not ours"):
        check_challenge(b"K" * 32, whole, NOW)
    for at in range(1, 41):
        with pytest.raises(PeerError, match="not ours"):
            check_challenge(KEY, whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :], NOW)


def test_a_challenge_runs_out_without_skew() -> None:
    whole = Challenge.mint(KEY, 8, NOW, secrets.token_bytes)
    check_challenge(KEY, whole, NOW - 1)
    with pytest.raises(PeerError, match="ran out"):
        check_challenge(KEY, whole, NOW)


@pytest.mark.parametrize("size_bytes", [0, 40, 42])
def test_a_challenge_of_a_wrong_length_is_refused(size_bytes: int) -> None:
    with pytest.raises(PeerError, match="length"):
        Challenge.parse(b"\x08" * size_bytes)


@pytest.mark.parametrize("bits", [0, LEAST_BITS - 1, MOST_BITS + 1, 255])
def test_a_client_does_not_do_more_than_26_bits(bits: int) -> None:
    with pytest.raises(PeerError, match="too much work"):
        Challenge.parse(Challenge.mint(KEY, bits, NOW, secrets.token_bytes))


@pytest.mark.parametrize("bits", [LEAST_BITS, LEAST_BITS + 1, 8, 12])
def test_what_is_solved_verifies_for_its_challenge_and_binding_alone(bits: int) -> None:
    challenge, binding = _challenge(bits), sha256(b"m1")
    solution = solve(challenge, binding, _always)
    verify(challenge, binding, solution)
    if bits == 12:
        for other, bound in ((_challenge(bits), binding), (challenge, GUEST_BINDING)):
            with pytest.raises(PeerError, match="wrong"):
                verify(other, bound, solution)


def test_each_part_of_a_solution_counts() -> None:
    challenge, binding = _challenge(16), sha256(b"m1")
    solution = solve(challenge, binding, _always)
    for part in range(8):
        at = 8 * part
        spoilt = solution[:at] + b"\xff" * 8 + solution[at + 8 :]
        with pytest.raises(PeerError, match="wrong"):
            verify(challenge, binding, spoilt)
    with pytest.raises(PeerError, match="wrong"):
        verify(challenge, binding, solution[8:] + solution[:8])


def test_the_zero_bits_are_three_fewer_than_the_bits() -> None:
    challenge, binding = _challenge(12), sha256(b"m1")
    solution = solve(challenge, binding, _always)
    for part in range(8):
        whole = label("pow") + challenge.whole + binding + bytes((part,))
        digest = sha256(whole + solution[8 * part : 8 * part + 8])
        assert int.from_bytes(digest, "big") >> (256 - 9) == 0


@pytest.mark.parametrize("size_bytes", [0, 63, 65])
def test_a_solution_of_a_wrong_length_is_refused(size_bytes: int) -> None:
    with pytest.raises(PeerError, match="length"):
        verify(_challenge(LEAST_BITS), GUEST_BINDING, bytes(size_bytes))


def test_work_tells_its_progress() -> None:
    heard: list[float] = []

    def keep_going(progress: float) -> bool:
        heard.append(progress)
        return True

    solve(_challenge(19), GUEST_BINDING, keep_going)
    assert heard == sorted(heard)
    assert len(heard) > 8
    assert heard[0] == 0
    assert heard[-1] < 1


def test_work_ends_when_it_is_told_to() -> None:
    answers = iter([True, True, False])
    with pytest.raises(RefusedError) as refusal:
        solve(_challenge(MOST_BITS), GUEST_BINDING, lambda _progress: next(answers))
    assert refusal.value.code == "cancelled"
    assert next(answers, None) is None

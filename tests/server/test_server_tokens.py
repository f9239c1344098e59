"""Bearer tokens: what is in them, and what is not believed."""

import secrets

import jwt
import pytest

from whisp_desktop.server.base64url import encode_base64url
from whisp_desktop.server.tokens import Bearer, Scope, Tokens

NOW = 1_800_000_000
KEY, OTHER = "k" * 16 + "0123456789abcdef", "o" * 16 + "0123456789abcdef"
SUBJECT = secrets.token_bytes(16)


def test_a_token_says_whose_it_is_for_a_quarter_of_an_hour_and_nothing_else() -> None:
    tokens = Tokens("whisp.example", (KEY,))
    text = tokens.issue(SUBJECT, Scope.DEVICE, NOW)
    claims = jwt.decode(
        text, KEY, algorithms=["HS256"], options={"verify_exp": False}, audience="whisp.v1"
    )
    assert claims == {
        "iss": "whisp.example",
        "aud": "whisp.v1",
        "sub": encode_base64url(SUBJECT),
        "scope": "device",
        "exp": NOW + 900,
    }
    assert jwt.get_unverified_header(text)["alg"] == "HS256"
    assert tokens.read(text, NOW + 899) == Bearer(SUBJECT, Scope.DEVICE, NOW + 900)
    assert tokens.read(text, NOW + 900) is None


def test_of_two_secrets_the_first_signs_and_both_verify() -> None:
    old = Tokens("whisp.example", (OTHER,)).issue(SUBJECT, Scope.GUEST, NOW)
    tokens = Tokens("whisp.example", (KEY, OTHER))
    assert tokens.read(old, NOW) == Bearer(SUBJECT, Scope.GUEST, NOW + 900)
    new = tokens.issue(SUBJECT, Scope.GUEST, NOW)
    assert Tokens("whisp.example", (OTHER,)).read(new, NOW) is None


CLAIMS = {
    "iss": "whisp.example",
    "aud": "whisp.v1",
    "sub": encode_base64url(SUBJECT),
    "scope": "device",
    "exp": NOW + 900,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other.example"},
        {"aud": "whisp.v2"},
        {"aud": ["whisp.v1", "other"], "iat": NOW},
        {"sub": "AA"},
        {"sub": encode_base64url(SUBJECT) + "=="},
        {"scope": "admin"},
        {"exp": None},
        {"exp": NOW + 900.5},
        {"exp": "soon"},
        {"iat": NOW},
        {"sub": 7},
    ],
)
def test_claims_of_another_form_are_not_believed(changes: dict[str, object]) -> None:
    claims = {key: value for key, value in {**CLAIMS, **changes}.items() if value is not None}
    text = jwt.encode(claims, KEY, algorithm="HS256")
    assert Tokens("whisp.example", (KEY,)).read(text, NOW) is None


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 5000, "é"])
def test_other_text_is_not_believed(text: str) -> None:
    assert Tokens("whisp.example", (KEY,)).read(text, NOW) is None


def test_no_other_algorithm_is_believed() -> None:
    tokens = Tokens("whisp.example", (KEY,))
    assert tokens.read(jwt.encode(CLAIMS, None, algorithm="none"), NOW) is None
    assert tokens.read(jwt.encode(CLAIMS, KEY * 2, algorithm="HS512"), NOW) is None

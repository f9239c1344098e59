"""Sizes, statements and proof of work."""

import secrets
from collections.abc import Callable, Sequence, Sized
from functools import partial
from itertools import product
from typing import Any

import pytest

from tests.fakes.account import NOW
from tests.wire_page.layout import between, fixed, layout_of, letters, number, rest
from tests.wire_page.page import Check, Table, span
from tests.wire_page.samples import (
    ACCOUNT,
    BUNDLE,
    CERT,
    DEVICE,
    FIELDS,
    body_of,
    card,
    challenge,
    host_list,
    manifest,
    roster,
    token,
)
from whisp_desktop.protocol import names
from whisp_desktop.protocol.aead import NO_NONCE, open_sealed, seal
from whisp_desktop.protocol.card import MOST_CARD_BYTES, MOST_HOSTS
from whisp_desktop.protocol.certificates import (
    CERT_LIFE_S,
    DAY_S,
    MOST_DEVICES,
    SKEW_S,
    CertFlags,
)
from whisp_desktop.protocol.enrollment import MOST_HOST_BYTES, TOKEN_LIFE_S
from whisp_desktop.protocol.errors import PeerError, RefusedError
from whisp_desktop.protocol.friend_code import rendezvous_id
from whisp_desktop.protocol.kdf import hmac_sha256, sha256
from whisp_desktop.protocol.keys import KemKey, Secret, encapsulate
from whisp_desktop.protocol.prekeys import BUNDLE_LIFE_S
from whisp_desktop.protocol.proof_of_work import (
    CHALLENGE_LIFE_S,
    LEAST_BITS,
    MOST_BITS,
    SOLUTION_BYTES,
    Challenge,
    solve,
    verify,
)
from whisp_desktop.protocol.revocation import Reason, RevocationKind
from whisp_desktop.protocol.roster import MOST_MEMBERS, MOST_TITLE_BYTES
from whisp_desktop.protocol.statements import StatementType, check_signature, statement_type
from whisp_desktop.session.account import RENEW_S
from whisp_desktop.session.bundle_stock import REFRESH_S

_SIGNATURE = 64
_LONGEST_HOST = "a" * 62 + ":65535"


def _refused(make: Callable[[], object]) -> None:
    with pytest.raises((PeerError, RefusedError, ValueError)):
        make()


def _sizes(table: Table) -> None:
    kem = KemKey.generate(secrets.token_bytes)
    ct, ss = encapsulate(kem.public)
    key = ss.data
    sealed = seal(key, NO_NONCE, b"", b"")
    assert open_sealed(key, NO_NONCE, b"", sealed) == b""
    _refused(partial(seal, key[1:], NO_NONCE, b"", b""))
    _refused(partial(seal, key, NO_NONCE[1:], b"", b""))
    signing, agreement = DEVICE.signing, DEVICE.agreement
    samples: dict[str, list[Sized]] = {
        "public key of Ed25519 or X25519": [signing.public, agreement.public],
        "private key of Ed25519 (its seed) or X25519": [signing.seed, agreement.private],
        "signature": [signing.sign(b"")],
        "H, HMAC": [sha256(b""), hmac_sha256(b"", b"")],
        "AEAD key": [key],
        "AEAD nonce": [NO_NONCE],
        "AEAD tag": [sealed],
        "ML-KEM seed": [kem.seed],
        "ML-KEM ek (encapsulation key)": [kem.public],
        "ML-KEM ct (ciphertext)": [ct],
        "ML-KEM ss (shared secret)": [ss],
        "device_id": [DEVICE.device_id],
        "bundle_id": [BUNDLE.bundle_id],
        "rendezvous id": [rendezvous_id(Secret(bytes(32)), DEVICE.device_id, NOW)],
    }
    rows = {(what, str(len(each))) for what, found in samples.items() for each in found}
    table.compare(rows, "what", "bytes")


def _envelope(table: Table) -> None:
    whole = CERT.whole
    fields = (
        letters(whole[:4]),
        number("type", 1, StatementType.DEVICE_CERT),
        number("body_length", 2, len(body_of(whole))),
        rest("body", body_of(whole)),
        fixed("signature", whole[-_SIGNATURE:]),
    )
    table.compare([("a statement", layout_of(whole, *fields))], "what", "layout")


def _statements(table: Table) -> None:
    by_key, by_device = ACCOUNT.revoke(CERT), ACCOUNT.revoke(CERT, by=CERT)
    full_card = card("abc", ("a" * 62, "b" * 25))
    _refused(lambda: card("abc", ("a" * 62, "b" * 26)))
    _refused(lambda: manifest(MOST_DEVICES + 1))
    _refused(lambda: roster("", MOST_MEMBERS + 1))
    _refused(lambda: roster("x" * (MOST_TITLE_BYTES + 1), 1))
    assert token("a" * (MOST_HOST_BYTES + 1)).host == ""
    samples: list[tuple[Any, ...]] = [
        (CERT,),
        (manifest(0), manifest(MOST_DEVICES)),
        (by_key, by_device),
        (BUNDLE,),
        (token(""), token("a" * MOST_HOST_BYTES)),
        (card("abc", ()), full_card),
        (roster("", 1), roster("x" * MOST_TITLE_BYTES, MOST_MEMBERS)),
    ]
    assert len(full_card.whole) == MOST_CARD_BYTES
    table.compare(map(_statement_row, samples), "type", "name", "bytes", "signed by", "body")


def _statement_row(samples: Sequence[Any]) -> tuple[str, ...]:
    wholes = [each.whole for each in samples]
    (type_,) = {statement_type(whole) for whole in wholes}
    name = "".join(part.title() for part in type_.name.split("_"))
    keys = {"AK": ACCOUNT.key, "DKs": DEVICE.signing.public}
    signers = [name for (name, key), whole in product(keys.items(), wholes) if _signed(whole, key)]
    least, most = min(map(len, wholes)), max(map(len, wholes))
    body = layout_of(body_of(wholes[-1]), *FIELDS[type(samples[-1])](samples[-1], most - least))
    return f"{type_:02x}", name, span(least, most), " or ".join(dict.fromkeys(signers)), body


def _signed(whole: bytes, key: bytes) -> bool:
    try:
        check_signature(whole, key)
    except PeerError:
        return False
    return True


def _entries(table: Table) -> None:
    one, listed = manifest(1), roster("", 1)
    id_, digest = one.entries[0]
    member = listed.members[0]
    host = _LONGEST_HOST
    assert names.is_host(host)
    assert not names.is_host("a" + host)
    assert not names.is_host("")
    _refused(lambda: roster("", 0))
    whole_host = host_list([host])
    assert body_of(card("abc", (host,)).whole).endswith(whole_host)
    rows = [
        (
            "of a manifest",
            span(0, MOST_DEVICES),
            layout_of(body_of(one.whole)[44:], fixed("device_id", id_), fixed("digest", digest)),
        ),
        (
            "of a card's list",
            span(0, MOST_HOSTS),
            layout_of(
                whole_host,
                number("host_length", 1, len(host)),
                between("host", host.encode(), 1, len(host)),
            ),
        ),
        (
            "of a roster's list",
            span(1, MOST_MEMBERS),
            layout_of(
                body_of(listed.whole)[78:],
                fixed("AK", member.account_key),
                fixed("device_id", member.device_id),
                number("admin", 1, member.admin),
            ),
        ),
    ]
    table.compare(rows, "entry", "how many", "layout")


def _names(table: Table) -> None:
    forms = [
        ("username", names._USERNAME.pattern.removeprefix("^").removesuffix(r"\Z")),
        ("host", names._HOST.pattern),
    ]
    table.compare(forms, "name", "form")


def _times(table: Table) -> None:
    seconds = {
        "SKEW": SKEW_S,
        "a day, to which dates are rounded": DAY_S,
        "a certificate lives, at most": CERT_LIFE_S,
        "before its end a certificate is renewed from": RENEW_S,
        "a bundle lives, at most": BUNDLE_LIFE_S,
        "bundles are published anew every": REFRESH_S,
        "a token's expires lies ahead, at most": TOKEN_LIFE_S,
    }
    table.compare_numbers(seconds, "what", "seconds")


def _flags(table: Table) -> None:
    table.compare([(str(int(flag)), str(flag.name)) for flag in CertFlags], "bit", "name")


def _revocation_kinds(table: Table) -> None:
    rows = [(str(int(kind)), kind.name) for kind in RevocationKind]
    table.compare(rows, "kind", "name", prose="what ends")


def _revocation_reasons(table: Table) -> None:
    table.compare([(str(int(each)), each.name) for each in Reason], "reason", "name")


def _challenge_and_solution(table: Table) -> None:
    whole = challenge(LEAST_BITS)
    fields = (
        number("bits", 1, LEAST_BITS),
        number("expires", 8, NOW),
        fixed("salt", Challenge.parse(whole).salt),
        fixed("mac", whole[25:]),
    )
    solution = solve(Challenge.parse(whole), bytes(32), lambda _: True)
    rows = [
        ("challenge", str(len(whole)), layout_of(whole, *fields)),
        ("solution", str(SOLUTION_BYTES), layout_of(solution, fixed("nonces", solution))),
    ]
    table.compare(rows, "what", "bytes", "layout")


def _work(table: Table) -> None:
    for bits in (LEAST_BITS - 1, MOST_BITS + 1):
        _refused(partial(Challenge.parse, challenge(bits)))
    Challenge.parse(challenge(MOST_BITS))
    once = Challenge.parse(challenge(LEAST_BITS))
    parts = [8 * part for part in range(1, 16) if _verifies(once, bytes(8 * part))]
    numbers = {
        "bits, at least": LEAST_BITS,
        "bits, at most": MOST_BITS,
        "parts": parts[0] // 8,
        "seconds that a challenge lives": CHALLENGE_LIFE_S,
    }
    table.compare_numbers(numbers, "what", "number")


def _verifies(asked: Challenge, solution: bytes) -> bool:
    try:
        verify(asked, bytes(32), solution)
    except PeerError:
        return False
    return True


CHECKS: dict[str, Check] = {
    "Sizes": _sizes,
    "Envelope": _envelope,
    "Statements": _statements,
    "Entries inside statements": _entries,
    "Names": _names,
    "Times of statements": _times,
    "Certificate flags": _flags,
    "Revocation kinds": _revocation_kinds,
    "Revocation reasons": _revocation_reasons,
    "Challenge and solution": _challenge_and_solution,
    "Work": _work,
}

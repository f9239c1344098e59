"""Signed statements, and what is made of several; challenges and solutions."""

from collections.abc import Callable

from tests.fakes.account import ISSUED, NOW
from tests.fuzz.target import Target
from tests.fuzz.world import ALICE, BOB
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import (
    UNPROVEN_BYTES,
    DeviceCert,
    Manifest,
    check_login,
    check_possession,
    check_unproven,
    login_signature,
)
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.keys import check_kem_public, verify_signature
from whisp_desktop.protocol.prekeys import Bundle
from whisp_desktop.protocol.proof_of_work import Challenge, check_challenge, solve, verify
from whisp_desktop.protocol.revocation import (
    Reason,
    Revocation,
    RevocationKind,
    Standing,
    parse_revocations,
)
from whisp_desktop.protocol.revocation_statement import parse_after
from whisp_desktop.protocol.roster import Member, Roster
from whisp_desktop.protocol.statements import (
    StatementType,
    check_signature,
    sign_statement,
    split_statements,
)
from whisp_desktop.server.revocations import read_revocations

CERT, KEY = ALICE.cert, ALICE.cert.account_key
MANIFEST = Manifest.issue(ALICE.account, [CERT], epoch=1, issued=ISSUED)
TOKEN = Token.issue(
    ALICE.account,
    mailbox=bytes(8),
    ephemeral_key=bytes(32),
    psk=bytes(16),
    expires=NOW,
    host="whisp.example",
)
ROSTER = Roster.issue(
    ALICE.device.signing,
    CERT,
    group_id=bytes(16),
    epoch=1,
    prev=bytes(32),
    issued=NOW,
    title="walk",
    members=[Member(KEY, CERT.device_id, admin=True)],
)


def _revocation(signer_cert: DeviceCert | None) -> Revocation:
    return Revocation.issue(
        ALICE.account if signer_cert is None else ALICE.device.signing,
        kind=RevocationKind.DEVICE,
        target=BOB.cert.device_id,
        issued=NOW,
        reason=Reason.LOST,
        signer_cert=signer_cert,
    )


BY_ACCOUNT, BY_DEVICE = _revocation(None), _revocation(CERT)
NEWS = MANIFEST.whole + BY_DEVICE.statements
CHALLENGE = Challenge.parse(Challenge.mint(b"key", 8, NOW, bytes))

_PARSERS: dict[str, tuple[StatementType, Callable[[bytes], object], bytes]] = {
    "certificates.DeviceCert": (StatementType.DEVICE_CERT, DeviceCert.parse, CERT.whole),
    "certificates.Manifest": (StatementType.MANIFEST, Manifest.parse, MANIFEST.whole),
    "card.Card": (StatementType.CARD, Card.parse, ALICE.card.whole),
    "enrollment.Token": (StatementType.TOKEN, Token.parse, TOKEN.whole),
    "revocation_statement.Revocation": (
        StatementType.REVOCATION,
        lambda whole: Revocation.parse(whole, CERT),
        BY_DEVICE.whole,
    ),
    "prekeys.Bundle": (
        StatementType.BUNDLE,
        lambda whole: Bundle.parse(whole, CERT),
        ALICE.bundle.bundle.whole,
    ),
    "roster.Roster": (
        StatementType.ROSTER,
        lambda whole: Roster.parse(whole, CERT),
        ROSTER.whole,
    ),
}
_BY_DEVICE = frozenset((StatementType.REVOCATION, StatementType.BUNDLE, StatementType.ROSTER))


def _signed(kind: StatementType, parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Return a parser of bodies that their right signer has really signed."""
    signer = ALICE.device.signing if kind in _BY_DEVICE else ALICE.account
    return lambda body: parse(sign_statement(kind, body, signer))


def _take(news: bytes) -> None:
    standing = Standing(KEY)
    standing.take(news, NOW)
    standing.statements()


STATEMENTS = (
    *(
        Target(f"protocol.{name}.parse", parse, (whole,), exact=True)
        for name, (_, parse, whole) in _PARSERS.items()
    ),
    *(
        Target(f"protocol.{name}.parse signed", _signed(kind, parse), (whole[7:-64],))
        for name, (kind, parse, whole) in _PARSERS.items()
    ),
    Target("protocol.certificates.DeviceCert.read", DeviceCert.read, (CERT.whole,)),
    Target("protocol.certificates.Manifest.read", Manifest.read, (MANIFEST.whole,)),
    Target("protocol.card.Card.read", Card.read, (ALICE.card.whole,)),
    Target("protocol.prekeys.Bundle.read", Bundle.read, (ALICE.bundle.bundle.whole,)),
    Target("protocol.statements.split_statements", split_statements, (NEWS,)),
    Target(
        "protocol.statements.check_signature",
        lambda whole: check_signature(whole, KEY),
        (CERT.whole, MANIFEST.whole),
        exact=True,
    ),
    Target(
        "protocol.revocation_statement.parse_revocations",
        parse_revocations,
        (BY_ACCOUNT.statements, BY_DEVICE.statements),
    ),
    Target(
        "protocol.revocation_statement.parse_after",
        lambda whole: parse_after(CERT.whole, whole),
        (BY_ACCOUNT.whole, BY_DEVICE.whole),
        exact=True,
    ),
    Target("protocol.revocation.Standing.take", _take, (NEWS, MANIFEST.whole)),
    Target(
        "server.revocations.read_revocations",
        read_revocations,
        (BY_ACCOUNT.statements, BY_DEVICE.statements),
    ),
    Target(
        "protocol.certificates.check_unproven",
        lambda data: check_unproven(data[:UNPROVEN_BYTES].ljust(UNPROVEN_BYTES, b"\0")),
        (CERT.whole[7 : 7 + UNPROVEN_BYTES],),
    ),
    Target(
        "protocol.certificates.check_possession",
        lambda proof: check_possession(CERT.signing_key, CERT.whole[7 : 7 + UNPROVEN_BYTES], proof),
        (CERT.whole[7 + UNPROVEN_BYTES : -64],),
        exact=True,
    ),
    Target(
        "protocol.certificates.check_login",
        lambda signature: check_login(CERT, "a.example", bytes(41), signature),
        (login_signature(ALICE.device.signing, "a.example", bytes(41)),),
        exact=True,
    ),
    Target(
        "protocol.keys.verify_signature",
        lambda whole: verify_signature(whole[:32], whole[32:64], whole[64:]),
        (KEY + bytes(32) + ALICE.account.sign(bytes(32)),),
    ),
    Target("protocol.keys.check_kem_public", check_kem_public, (ALICE.bundle.bundle.ek,)),
    Target(
        "protocol.keys.AgreementKey.exchange",
        lambda public: ALICE.device.agreement.exchange(public).close(),
        (BOB.device.agreement.public,),
    ),
    Target(
        "protocol.keys.KemKey.decapsulate",
        lambda ciphertext: ALICE.bundle.ek.decapsulate(ciphertext).close(),
        (bytes(1088),),
    ),
    Target("protocol.proof_of_work.Challenge.parse", Challenge.parse, (CHALLENGE.whole,)),
    Target(
        "protocol.proof_of_work.check_challenge",
        lambda whole: check_challenge(b"key", whole, NOW - 1),
        (CHALLENGE.whole,),
        exact=True,
    ),
    Target(
        "protocol.proof_of_work.verify",
        lambda solution: verify(CHALLENGE, bytes(32), solution),
        (solve(CHALLENGE, bytes(32), lambda _: True),),
    ),
)

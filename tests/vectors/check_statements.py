"""statements.json: fields to whole statements, QR texts, a login, invite links, and refusals."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.device import Device, card_of, device_of
from tests.vectors.document import Fields, from_hex, the_object
from tests.vectors.expect import given, refuses, same
from whisp_desktop.protocol.certificates import (
    Card,
    DeviceCert,
    Manifest,
    check_login,
    login_signature,
    split_statements,
    statement_type,
)
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.keys import AgreementKey, DeviceId, Secret
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.qr_text import parse_statement_qr, statement_qr
from whisp_desktop.protocol.revocation import Reason, Revocation, RevocationKind
from whisp_desktop.protocol.roster import Roster
from whisp_desktop.protocol.statements import StatementType


def _device(document: Fields) -> Device:
    return device_of(document["device"])


def _cert(document: Fields) -> None:
    cert = _device(document).cert
    same(DeviceCert.parse(cert.whole), cert)
    cert.check_time(document.number("now"))


def _card(document: Fields) -> None:
    _same_card(document, document["device"], "card")


def _onion_card(document: Fields) -> None:
    _same_card(document, document["onion_card"], "whole")


def _same_card(document: Fields, fields: Fields, name: str) -> None:
    card = card_of(_device(document).account, fields)
    same([card.whole], fields.hex(name))
    same(Card.parse(card.whole), card)


def _device_id(document: Fields) -> None:
    same(_device(document).keys.device_id, document.bytes_of("device_id"))


def _cert_hash(document: Fields) -> None:
    same(_device(document).cert.digest, document.bytes_of("cert_hash"))


def _bundle(document: Fields) -> None:
    device, fields = _device(document), document["bundle"]
    fresh = given(*fields.hex("bundle_id", "spk_private", "ek_seed_d_z"))
    made = PrivateBundle.make(device.keys, fields["from"], fresh)
    same(made.bundle.whole, fields.bytes_of("whole"))
    bundle = Bundle.parse(made.bundle.whole, device.cert)
    same(bundle.expires, fields.number("expires"))
    bundle.check_time(document.number("now"))


def _manifest(document: Fields) -> None:
    device, fields = _device(document), document["manifest"]
    manifest = Manifest.issue(
        device.account, [device.cert], epoch=fields.number("epoch"), issued=fields.number("issued")
    )
    same(manifest.whole, fields.bytes_of("whole"))
    same(Manifest.parse(manifest.whole).lists(device.cert), True)


def _revocation(name: str, document: Fields) -> None:
    device, fields = _device(document), document[name]
    by_device = name == "revocation_by_device"
    signer_cert = device.cert if by_device else None
    target = fields.bytes_of("target")
    revocation = Revocation.issue(
        device.keys.signing if by_device else device.account,
        kind=RevocationKind(fields.number("kind")),
        target=DeviceId(target),
        issued=fields.number("issued"),
        reason=Reason(fields.number("reason")),
        signer_cert=signer_cert,
    )
    same(revocation.whole, fields.bytes_of("whole"))
    same(Revocation.parse(revocation.whole, signer_cert), revocation)


def _token(document: Fields) -> None:
    device, fields = _device(document), document["token"]
    mailbox, private, psk = fields.hex("mailbox", "eph_private", "psk")
    token = Token.issue(
        device.account,
        mailbox=mailbox,
        ephemeral_key=AgreementKey(Secret(private)).public,
        psk=psk,
        expires=fields.number("expires"),
        host=fields["host"],
    )
    same(token.whole, fields.bytes_of("whole"))
    Token.parse(token.whole).check_time(document.number("now"))


def _token_qr(document: Fields) -> None:
    _qr(document["token"].bytes_of("whole"), document["token"]["qr"])


def _card_qr(document: Fields) -> None:
    _qr(document["device"].bytes_of("card"), document["card_qr"])


def _qr(whole: bytes, text: str) -> None:
    same(statement_qr(whole), text)
    same(parse_statement_qr(text), whole)


def _refuse_qr(refusal: Fields) -> None:
    refuses(parse_statement_qr, refusal["text"])


def _roster(document: Fields) -> None:
    device, fields = _device(document), document["roster"]
    group_id, whole = fields.hex("group_id", "whole")
    roster = Roster.issue(
        device.keys.signing,
        device.cert,
        group_id=group_id,
        epoch=fields.number("epoch"),
        prev=bytes(32),
        issued=fields.number("issued"),
        title=fields["title"],
        members=Roster.parse(whole, device.cert).members,
    )
    same(roster.whole, whole)


def _login(document: Fields) -> None:
    device, fields = _device(document), document["login"]
    host, [challenge, signature] = fields["host"], fields.hex("challenge", "signature")
    same(login_signature(device.keys.signing, host, challenge), signature)
    check_login(device.cert, host, challenge, signature)


def _invite(document: Fields) -> None:
    fields = document["invite"]
    card = Card.parse(fields.bytes_of("card"))
    pins = tuple(None if pin is None else from_hex(pin) for pin in fields["pins"])
    same(card.hosts, tuple(fields["servers"]))
    same(Invite(card, pins).link, fields["link"])
    same(Invite.parse(fields["link"]), Invite(card, pins))


def _invite_without_hosts(document: Fields) -> None:
    link = document["invite"]["without_hosts"]
    invite = Invite.parse(link)
    same(invite.card.hosts, ())
    same(invite.link, link)


def _must_not_pass(document: Fields, whole: str) -> None:
    cert, now = _device(document).cert, document.number("now")
    refuses(partial(_accept, cert=cert, now=now), from_hex(whole))


def _accept(whole: bytes, cert: DeviceCert, now: int) -> None:
    split_statements(whole)
    match statement_type(whole):
        case StatementType.DEVICE_CERT:
            DeviceCert.parse(whole).check_time(now)
        case StatementType.MANIFEST:
            Manifest.parse(whole)
        case StatementType.REVOCATION:
            Revocation.parse(whole, cert)
        case StatementType.BUNDLE:
            Bundle.parse(whole, cert).check_time(now)
        case StatementType.TOKEN:
            Token.parse(whole).check_time(now)
        case StatementType.CARD:
            Card.parse(whole)
        case StatementType.ROSTER:
            Roster.parse(whole, cert)


_CONSTRUCTIONS: dict[str, Callable[[Fields], None]] = {
    "device cert": _cert,
    "device card": _card,
    "device_id": _device_id,
    "cert_hash": _cert_hash,
    "bundle": _bundle,
    "manifest": _manifest,
    "revocation_by_ak": partial(_revocation, "revocation_by_ak"),
    "revocation_by_device": partial(_revocation, "revocation_by_device"),
    "token": _token,
    "token qr": _token_qr,
    "card_qr": _card_qr,
    "roster": _roster,
    "login": _login,
    "onion_card": _onion_card,
    "invite link": _invite,
    "invite without_hosts": _invite_without_hosts,
}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    statements = the_object(document)
    for name, check in _CONSTRUCTIONS.items():
        yield name, partial(check, statements)
    for refusal in statements["invite"].items_of("refused"):
        yield f"refused link: {refusal.get('why')}", partial(refuses, Invite.parse, refusal["link"])
    for refusal in statements.items_if_any("refused_qr"):
        yield f"refused QR: {refusal.get('why')}", partial(_refuse_qr, refusal)
    refused = statements["refused"]
    for why in refused:
        yield f"refused: {why}", partial(_must_not_pass, statements, refused[why])


CHECKS: dict[str, Callable[[Any], Iterator[tuple[str, Callable[[], None]]]]] = {
    "statements.json": _entries
}

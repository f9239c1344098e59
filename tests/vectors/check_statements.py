"""statements.json: fields to whole statements, QR texts, a login, invite links, and refusals."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.vectors.expect import refuses, same
from whisp_desktop.protocol.certificates import (
    Card,
    CertFlags,
    DeviceCert,
    Manifest,
    check_login,
    login_signature,
    split_statements,
    statement_type,
)
from whisp_desktop.protocol.enrollment import Token
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.invite import Invite
from whisp_desktop.protocol.keys import AgreementKey, DeviceId, DeviceKeys, Secret, SigningKey
from whisp_desktop.protocol.prekeys import Bundle, PrivateBundle
from whisp_desktop.protocol.qr_text import parse_statement_qr, statement_qr
from whisp_desktop.protocol.revocation import Reason, Revocation, RevocationKind
from whisp_desktop.protocol.roster import Roster
from whisp_desktop.protocol.statements import StatementType

_hex = bytes.fromhex


class _Account:
    """The account and the device that the file's statements are of."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.fields = document["device"]
        self.signing = SigningKey(Secret(_hex(self.fields["ak_seed"])))
        self.device = DeviceKeys(
            SigningKey(Secret(_hex(self.fields["dks_seed"]))),
            AgreementKey(Secret(_hex(self.fields["dkd_private"]))),
        )
        self.cert = DeviceCert.issue(
            self.signing,
            self.device,
            **{name: self.fields[name] for name in ("issued", "expires", "epoch")},
            flags=CertFlags(self.fields["flags"]),
        )

    def card(self, fields: dict[str, Any]) -> Card:
        hosts = tuple(fields["servers"])
        username, issued = fields["username"], fields["issued"]
        return Card.issue(self.signing, issued=issued, username=username, hosts=hosts)


def _cert(document: dict[str, Any]) -> None:
    account = _Account(document)
    same(account.cert.whole.hex(), account.fields["cert"])
    cert = DeviceCert.parse(_hex(account.fields["cert"]))
    same(cert, account.cert)
    cert.check_time(document["now"])


def _card(document: dict[str, Any]) -> None:
    account = _Account(document)
    card = account.card(account.fields)
    same(card.whole.hex(), account.fields["card"])
    same(Card.parse(card.whole), card)


def _device_id(document: dict[str, Any]) -> None:
    same(_Account(document).device.device_id.hex(), document["device_id"])


def _cert_hash(document: dict[str, Any]) -> None:
    same(_Account(document).cert.digest.hex(), document["cert_hash"])


def _bundle(document: dict[str, Any]) -> None:
    account, fields = _Account(document), document["bundle"]
    drawn = iter([fields[name] for name in ("bundle_id", "spk_private", "ek_seed_d_z")])
    made = PrivateBundle.make(account.device, fields["from"], lambda _size: _hex(next(drawn)))
    same(made.bundle.whole.hex(), fields["whole"])
    bundle = Bundle.parse(made.bundle.whole, account.cert)
    same(bundle.expires, fields["expires"])
    bundle.check_time(document["now"])


def _manifest(document: dict[str, Any]) -> None:
    account, fields = _Account(document), document["manifest"]
    manifest = Manifest.issue(
        account.signing, [account.cert], epoch=fields["epoch"], issued=fields["issued"]
    )
    same(manifest.whole.hex(), fields["whole"])
    same(Manifest.parse(manifest.whole).lists(account.cert), True)


def _revocation(name: str, document: dict[str, Any]) -> None:
    account, fields = _Account(document), document[name]
    by_device = name == "revocation_by_device"
    signer_cert = account.cert if by_device else None
    revocation = Revocation.issue(
        account.device.signing if by_device else account.signing,
        kind=RevocationKind(fields["kind"]),
        target=DeviceId(_hex(fields["target"])),
        issued=fields["issued"],
        reason=Reason(fields["reason"]),
        signer_cert=signer_cert,
    )
    same(revocation.whole.hex(), fields["whole"])
    same(Revocation.parse(revocation.whole, signer_cert), revocation)


def _token(document: dict[str, Any]) -> None:
    account, fields = _Account(document), document["token"]
    token = Token.issue(
        account.signing,
        mailbox=_hex(fields["mailbox"]),
        ephemeral_key=AgreementKey(Secret(_hex(fields["eph_private"]))).public,
        psk=_hex(fields["psk"]),
        expires=fields["expires"],
        host=fields["host"],
    )
    same(token.whole.hex(), fields["whole"])
    Token.parse(token.whole).check_time(document["now"])


def _token_qr(document: dict[str, Any]) -> None:
    _qr(_hex(document["token"]["whole"]), document["token"]["qr"])


def _card_qr(document: dict[str, Any]) -> None:
    _qr(_hex(document["device"]["card"]), document["card_qr"])


def _qr(whole: bytes, text: str) -> None:
    same(statement_qr(whole), text)
    same(parse_statement_qr(text), whole)


def _roster(document: dict[str, Any]) -> None:
    account, fields = _Account(document), document["roster"]
    parsed = Roster.parse(_hex(fields["whole"]), account.cert)
    roster = Roster.issue(
        account.device.signing,
        account.cert,
        group_id=_hex(fields["group_id"]),
        epoch=fields["epoch"],
        prev=bytes(32),
        issued=fields["issued"],
        title=fields["title"],
        members=parsed.members,
    )
    same(roster.whole.hex(), fields["whole"])


def _login(document: dict[str, Any]) -> None:
    account, fields = _Account(document), document["login"]
    host, challenge, signature = fields["host"], _hex(fields["challenge"]), fields["signature"]
    same(login_signature(account.device.signing, host, challenge).hex(), signature)
    check_login(account.cert, host, challenge, _hex(signature))


def _onion_card(document: dict[str, Any]) -> None:
    card = _Account(document).card(document["onion_card"])
    same(card.whole.hex(), document["onion_card"]["whole"])
    same(Card.parse(card.whole), card)


def _invite(document: dict[str, Any]) -> None:
    fields = document["invite"]
    card = Card.parse(_hex(fields["card"]))
    pins = tuple(None if pin is None else _hex(pin) for pin in fields["pins"])
    same(card.hosts, tuple(fields["servers"]))
    same(Invite(card, pins).link, fields["link"])
    same(Invite.parse(fields["link"]), Invite(card, pins))


def _invite_without_hosts(document: dict[str, Any]) -> None:
    link = document["invite"]["without_hosts"]
    invite = Invite.parse(link)
    same(invite.card.hosts, ())
    same(invite.link, link)


def _must_not_link(link: str) -> None:
    try:
        Invite.parse(link)
    except PeerError:
        return
    raise AssertionError("the link passed, and must not")


def _must_not_pass(document: dict[str, Any], whole: str) -> None:
    cert, now = _Account(document).cert, document["now"]
    refuses(partial(_accept, cert=cert, now=now), _hex(whole))


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


_CONSTRUCTIONS: dict[str, dict[str, Callable[[dict[str, Any]], None]]] = {
    "device": {"cert": _cert, "card": _card},
    "device_id": {"": _device_id},
    "cert_hash": {"": _cert_hash},
    "bundle": {"": _bundle},
    "manifest": {"": _manifest},
    "revocation_by_ak": {"": partial(_revocation, "revocation_by_ak")},
    "revocation_by_device": {"": partial(_revocation, "revocation_by_device")},
    "token": {"whole": _token, "qr": _token_qr},
    "card_qr": {"": _card_qr},
    "roster": {"": _roster},
    "login": {"": _login},
    "onion_card": {"": _onion_card},
    "invite": {"link": _invite, "without_hosts": _invite_without_hosts},
}


def _entries(document: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    for name, parts in _CONSTRUCTIONS.items():
        for part, check in parts.items():
            if name in document and (not part or part in document[name]):
                yield f"{name} {part}".rstrip(), partial(check, document)
    for refusal in document.get("invite", {}).get("refused", ()):
        link = refusal["link"]
        yield f"refused link: {refusal['why']}", partial(_must_not_link, link)
    for why, whole in document.get("refused", {}).items():
        yield f"refused: {why}", partial(_must_not_pass, document, whole)


CHECKS: dict[str, Callable[[Any], Iterator[tuple[str, Callable[[], None]]]]] = {
    "statements.json": _entries
}

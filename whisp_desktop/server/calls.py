"""The REST calls: what each of them checks, keeps and answers."""

from dataclasses import dataclass
from typing import Any, Final

from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import DeviceCert, Manifest, is_username
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.proof_of_work import GUEST_BINDING
from whisp_desktop.protocol.revocation import RevocationKind
from whisp_desktop.server import bodies
from whisp_desktop.server.base64url import encode_base64url
from whisp_desktop.server.closing import CloseCode
from whisp_desktop.server.node import Node
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.records import Registered
from whisp_desktop.server.revocations import read_revocations
from whisp_desktop.server.tokens import LIFE_S, Scope
from whisp_desktop.server.turn import turn_credentials

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Asker:
    """Who makes a call: a network prefix (None: loopback), and the device of a token."""

    prefix: bytes | None
    device: Registered | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a JSON object, or nothing."""

    status: int
    fields: dict[str, Any] | None = None


async def parameters(node: Node, asker: Asker) -> Reply:
    """GET parameters: what a client must know of this server."""
    return Reply(
        200,
        {
            "version": VERSION,
            "hosts": node.hosts,
            "bits": node.bits(asker.prefix),
            "turn": bool(node.settings.turn_urls),
            "push": False,
            "limits": node.settings.limits_on,
        },
    )


async def make_challenge(node: Node, asker: Asker, _: bodies.Nothing) -> Reply:
    """POST challenges."""
    challenge = node.challenges.mint(node.bits(asker.prefix), node.clock.unix())
    return Reply(200, {"challenge": encode_base64url(challenge)})


async def check_name(node: Node, _: Asker, body: bodies.NameCheck) -> Reply:
    """POST usernames."""
    if not is_username(body.username):
        raise ProblemError(Code.BAD_REQUEST)
    await _check_work(node, body.work, sha256(body.username.encode()))
    return Reply(200, {"free": await node.directory.is_free(body.username)})


async def sign_up(node: Node, asker: Asker, body: bodies.SignUp) -> Reply:
    """POST accounts."""
    await _check_work(node, body.work, sha256(body.card))
    try:
        card, cert = Card.parse(bytes(body.card)), DeviceCert.parse(bytes(body.cert))
        manifest = Manifest.parse(bytes(body.manifest))
        cert.check_time(node.clock.unix())
    except PeerError:
        raise ProblemError(Code.BAD_REQUEST) from None
    one_account = card.account_key == cert.account_key == manifest.account_key
    if not one_account or not manifest.lists(cert) or not _names_us(node, card):
        raise ProblemError(Code.BAD_REQUEST)
    await _check_login(node, cert, body.login)
    await node.directory.sign_up(card, cert, manifest)
    node.count_newcomer(asker.prefix)
    return Reply(201, _token(node, cert.device_id, Scope.DEVICE))


async def put_card(node: Node, asker: Asker, body: bodies.NewCard) -> Reply:
    """PUT accounts: a newer card, perhaps another name."""
    device = _device_of(asker)
    try:
        card = Card.parse(bytes(body.card))
    except PeerError:
        raise ProblemError(Code.BAD_REQUEST) from None
    if not _names_us(node, card):
        raise ProblemError(Code.BAD_REQUEST)
    if card.account_key != device.account_key:
        raise ProblemError(Code.FORBIDDEN)
    await node.directory.put_card(card)
    await node.switchboard.rename(card.account_key, card.username)
    return Reply(204)


async def put_device(node: Node, asker: Asker, body: bodies.NewDevice) -> Reply:
    """PUT devices: a new device, a renewed certificate, or an account that was recovered."""
    try:
        cert = DeviceCert.parse(bytes(body.cert))
        manifest = Manifest.parse(bytes(body.manifest))
        cert.check_time(node.clock.unix())
    except PeerError:
        raise ProblemError(Code.BAD_REQUEST) from None
    if cert.account_key != manifest.account_key or not manifest.lists(cert):
        raise ProblemError(Code.BAD_REQUEST)
    await _check_login(node, cert, body.login)
    username, is_new = await node.directory.put_device(cert, manifest)
    if is_new:
        node.count_newcomer(asker.prefix)
    listed = {device_id for device_id, _ in manifest.entries}
    await node.switchboard.expel(cert.account_key, listed, CloseCode.TOKEN)
    return Reply(201, {**_token(node, cert.device_id, Scope.DEVICE), "username": username})


async def revoke(node: Node, _: Asker, body: bodies.NewRevocations) -> Reply:
    """POST revocations: believed for their signatures, whoever brings them."""
    statements = bytes(body.statements)
    await _check_work(node, body.work, sha256(statements))
    try:
        revocations = read_revocations(statements)
    except PeerError:
        raise ProblemError(Code.BAD_REQUEST) from None
    account_key = revocations[0].account_key
    kept = await node.directory.revoke(account_key, revocations)
    if kept is None:
        return Reply(204)
    if any(each.kind is RevocationKind.ACCOUNT for each in revocations):
        await node.switchboard.unlist(account_key)
    node.switchboard.tell_revoked(account_key, statements)
    await node.switchboard.expel(account_key, kept, CloseCode.REVOKED)
    return Reply(204)


async def log_in(node: Node, _: Asker, body: bodies.DeviceLogin) -> Reply:
    """POST tokens, for a device: one answer and one duration for all that is wrong."""
    device = await node.registered(body.device_id)
    await _check_login(node, None if device is None else DeviceCert.read(device.cert), body.login)
    return Reply(200, _token(node, body.device_id, Scope.DEVICE))


async def let_guest_in(node: Node, asker: Asker, body: bodies.GuestLogin) -> Reply:
    """POST tokens, for a guest."""
    await _check_work(node, body.work, GUEST_BINDING)
    node.count_newcomer(asker.prefix)
    return Reply(200, _token(node, node.random(16), Scope.GUEST))


async def list_names(node: Node, asker: Asker, body: bodies.ListQuestion) -> Reply:
    """POST directory: who asked to be on the public list."""
    _device_of(asker)
    listed = await node.switchboard.listed(body.prefix, node.clock.instant())
    return Reply(200, {"users": [{"username": name, "online": online} for name, online in listed]})


async def turn(node: Node, asker: Asker, _: bodies.Nothing) -> Reply:
    """POST turn: credentials of the relay, for ten minutes, with no id inside."""
    _device_of(asker)
    return Reply(200, turn_credentials(node.settings, node.clock.unix(), node.random))


def _device_of(asker: Asker) -> Registered:
    if asker.device is None:
        raise ProblemError(Code.TOKEN)
    return asker.device


def _names_us(node: Node, card: Card) -> bool:
    return not set(card.hosts).isdisjoint(node.hosts)


async def _check_work(node: Node, work: bodies.Work, binding: bytes) -> None:
    await node.challenges.check_work(work.challenge, binding, work.solution, node.clock.unix())


async def _check_login(node: Node, cert: DeviceCert | None, login: bodies.Login) -> None:
    now = node.clock.unix()
    await node.challenges.check_login(cert, login.challenge, login.signature, now)


def _token(node: Node, subject: bytes, scope: Scope) -> dict[str, Any]:
    token = node.tokens.issue(subject, scope, node.clock.unix())
    return {"token": token, "expires_in": LIFE_S}

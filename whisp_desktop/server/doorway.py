"""Whom a server lets in at all: the Host and Origin rules, and the network prefix."""

from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web

from whisp_desktop.server.addresses import asker_address, is_trusted
from whisp_desktop.server.node import Node
from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.tokens import Bearer

_PREFLIGHT_HEADERS: Final[Mapping[str, str]] = {
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, PUT, DELETE",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type",
    hdrs.ACCESS_CONTROL_MAX_AGE: "600",
}


def check_host_and_origin(node: Node, request: web.BaseRequest) -> Mapping[str, str]:
    """Return the CORS headers of the answer. ProblemError `forbidden` for a foreign Host or Origin.

    A web page must not reach a server on this computer, by DNS rebinding either.
    """
    headers = request.headers
    if headers.getall(hdrs.HOST, []) != [host := headers.get(hdrs.HOST, "")]:
        raise ProblemError(Code.FORBIDDEN)
    if host.lower() not in node.hosts or _names_another(request.raw_path, host):
        raise ProblemError(Code.FORBIDDEN)
    origins = headers.getall(hdrs.ORIGIN, [])
    if not origins:
        return {}
    if len(origins) != 1 or origins[0] not in node.settings.cors_origin:
        raise ProblemError(Code.FORBIDDEN)
    return {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origins[0], hdrs.VARY: hdrs.ORIGIN}


def _names_another(target: str, host: str) -> bool:
    """Tell whether a request target in absolute form (RFC 9112 §3.2.2) is not at this host."""
    if target.startswith("/"):
        return False
    _, is_absolute, place = target.partition("://")
    return bool(is_absolute) and place.partition("/")[0] != host


def preflight_headers(request: web.BaseRequest, cors: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a browser may do, if this is its question. ProblemError `not_found` if not."""
    if not cors or hdrs.ACCESS_CONTROL_REQUEST_METHOD not in request.headers:
        raise ProblemError(Code.NOT_FOUND)
    return {**cors, **_PREFLIGHT_HEADERS}


def asker_prefix(node: Node, request: web.BaseRequest) -> bytes | None:
    """Return the name of the asker's network prefix, None for loopback."""
    forwarded = request.headers.getall(hdrs.X_FORWARDED_FOR, [])
    address = asker_address(request.remote or "", forwarded, node.settings.trusted_proxies)
    return node.prefixes.name(address, node.clock.instant())


def peer_prefix(node: Node, peer: str) -> bytes | None:
    """Return whose connections are counted together; None: loopback, a trusted proxy, no limits."""
    address = asker_address(peer, (), ())
    if address is None or is_trusted(address, node.settings.trusted_proxies):
        return None
    if not node.settings.limits_on:
        return None
    return node.prefixes.name(address, node.clock.instant())


def read_bearer(node: Node, request: web.BaseRequest) -> Bearer:
    """Return what the token of a request says. ProblemError `token` if there is no good one."""
    scheme, _, text = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    bearer = node.tokens.read(text, node.clock.unix()) if scheme.lower() == "bearer" else None
    if bearer is None:
        raise ProblemError(Code.TOKEN)
    return bearer

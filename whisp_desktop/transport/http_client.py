"""HTTP to one server: bounded in time and size; no cookie, redirect, proxy or compression."""

import asyncio
import re
from http import HTTPStatus
from types import SimpleNamespace

import aiohttp

from whisp_desktop.transport.server_errors import (
    server_unreachable,
    server_untrusted,
    server_wrong,
)

MOST_BODY_BYTES = 16 * 1024
MOST_FRAME_BYTES = 32 * 1024
_REQUEST_S = 10.0
_CONNECT_S = 5.0
_CLOSE_SOCKET_S = 1.0
_MOST_RETRY_S = 3600.0
_SECONDS = re.compile(r"[0-9]+")
_SUBPROTOCOL = "whisp.v1"
_HEADERS = {"User-Agent": "Whisp", "Accept-Encoding": "identity"}


class Reply:
    """A whole answer: its status, its media type, its Retry-After and its body."""

    def __init__(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = response.status
        self.media_type = response.content_type
        self.retry_after = response.headers.get("Retry-After", "")
        self.body = body


def open_session(url: str) -> aiohttp.ClientSession:
    """Return a client of the server at `url` alone. Call it on the loop."""
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    return aiohttp.ClientSession(
        url,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=_REQUEST_S, sock_connect=_CONNECT_S),
        trace_configs=[trace],
    )


async def ask(
    session: aiohttp.ClientSession, method: str, path: str, body: bytes | None, token: str | None
) -> Reply:
    """Send one request and read its answer.

    RefusedError `server_unreachable`: none, or not in time; `server_untrusted`: its certificate;
    `server_wrong`: above 16 KiB, or no HTTP, or a redirect.
    """
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        async with session.request(method, path, data=body, headers=headers) as response:
            return Reply(response, await _read(response))
    except aiohttp.ClientResponseError as error:
        raise server_wrong() from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise server_untrusted() from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise server_unreachable() from error


async def open_socket(
    session: aiohttp.ClientSession, token: str
) -> aiohttp.ClientWebSocketResponse:
    """Open the socket of this token's device, uncompressed, frames of 32 KiB at most.

    RefusedError `server_wrong`: another subprotocol. Else aiohttp's errors, for `ServerLink`.
    """
    async with asyncio.timeout(_REQUEST_S):
        socket = await session.ws_connect(
            "/v1/socket",
            protocols=(_SUBPROTOCOL,),
            headers={"Authorization": f"Bearer {token}"},
            compress=0,
            max_msg_size=MOST_FRAME_BYTES + 1,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_SOCKET_S),
        )
        if socket.protocol != _SUBPROTOCOL:
            await socket.close()
            raise server_wrong()
        return socket


def read_retry_after(header: str) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 section 10.2.3), at most an hour.

    None: there is none, or it is a date, which our servers do not send.
    """
    return min(float(header), _MOST_RETRY_S) if _SECONDS.fullmatch(header) else None


def asked_pause_s(refused: aiohttp.WSServerHandshakeError) -> float:
    """Return the seconds after which a refused socket may be tried again, 0 if none were named."""
    header = "" if refused.headers is None else refused.headers.get("Retry-After", "")
    return read_retry_after(header) or 0.0


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > MOST_BODY_BYTES:
            raise server_wrong()
    return bytes(body)


async def _refuse_redirect(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    params: aiohttp.TraceRequestRedirectParams,
) -> None:
    raise aiohttp.ClientResponseError(
        params.response.request_info, (), status=HTTPStatus.FOUND, message="redirect"
    )

"""HTTP responses: what each of them carries, and the problem documents of refusals (RFC 9457)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import hdrs, web

from whisp_desktop.server.problems import Code, ProblemError

HEADERS: Final[Mapping[str, str]] = {hdrs.CACHE_CONTROL: "no-store", hdrs.SERVER: "whisp"}


def json_response(
    status: int, fields: Mapping[str, Any] | None, headers: Mapping[str, str]
) -> web.Response:
    """Return a JSON object, or an answer without a body where there are no fields."""
    headers = {**HEADERS, **headers}
    if fields is None:
        return web.Response(status=status, headers=headers)
    body = msgspec.json.encode(fields)
    return web.Response(status=status, body=body, headers=headers, content_type="application/json")


def problem_response(problem: ProblemError, cors: Mapping[str, str]) -> web.Response:
    """Return the problem document of a refusal."""
    headers = {**HEADERS, **cors}
    if problem.retry_after_s is not None:
        headers[hdrs.RETRY_AFTER] = str(problem.retry_after_s)
    if problem.status == 401:
        headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    response = web.Response(
        status=problem.status,
        body=problem.document,
        headers=headers,
        content_type="application/problem+json",
    )
    if problem.code == Code.TOO_LARGE:
        response.force_close()
    return response

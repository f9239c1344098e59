"""Counts for whoever runs the server, on a port of their own: no name, no address, no id."""

from collections import Counter
from collections.abc import Callable, Mapping

from aiohttp import hdrs, web

from whisp_desktop.server.problems import Code, ProblemError
from whisp_desktop.server.responses import HEADERS, problem_response

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What was counted since the start, in Prometheus's text format."""

    def __init__(self, open_sockets: Callable[[], int]) -> None:
        self._open_sockets = open_sockets
        self.calls: Counter[int] = Counter()

    @property
    def text(self) -> str:
        """The numbers of this moment."""
        lines = [
            "# TYPE whisp_sockets gauge",
            f"whisp_sockets {self._open_sockets()}",
            "# TYPE whisp_calls_total counter",
            *_counted("whisp_calls_total", "status", self.calls),
        ]
        return "\n".join([*lines, ""])

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """GET /metrics, and nothing else."""
        if (request.method, request.path) != (hdrs.METH_GET, "/metrics"):
            return problem_response(ProblemError(Code.NOT_FOUND), {})
        headers = {**HEADERS, hdrs.CONTENT_TYPE: _CONTENT_TYPE}
        return web.Response(body=self.text.encode(), headers=headers)


def _counted(name: str, label: str, counts: Mapping[int, int]) -> list[str]:
    return [f'{name}{{{label}="{key}"}} {count}' for key, count in sorted(counts.items())]

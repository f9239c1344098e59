"""Problem documents (RFC 9457): what a server answers when it refuses."""

from typing import Final

import msgspec

from whisp_desktop.server.base64url import encode_base64url


class Code:
    """The stable words of refusals, the same in problem documents and in ERROR frames."""

    BAD_REQUEST: Final = "bad_request"
    BAD_PROOF: Final = "bad_proof"
    TOKEN: Final = "token"  # noqa: S105 -- the word of a refusal, no secret
    FORBIDDEN: Final = "forbidden"
    NOT_FOUND: Final = "not_found"
    TAKEN: Final = "taken"
    STALE: Final = "stale"
    TOO_LARGE: Final = "too_large"
    SLOW_DOWN: Final = "slow_down"
    CLOSING: Final = "closing"


_STATUS_AND_TITLE: Final = {
    Code.BAD_REQUEST: (400, "Bad Request"),
    Code.BAD_PROOF: (401, "Unauthorized"),
    Code.TOKEN: (401, "Unauthorized"),
    Code.FORBIDDEN: (403, "Forbidden"),
    Code.NOT_FOUND: (404, "Not Found"),
    Code.TAKEN: (409, "Conflict"),
    Code.STALE: (409, "Conflict"),
    Code.TOO_LARGE: (413, "Content Too Large"),
    Code.SLOW_DOWN: (429, "Too Many Requests"),
    Code.CLOSING: (503, "Service Unavailable"),
}


class ProblemError(Exception):
    """A request is refused; `code` is one of `Code`.

    retry_after_s -- with `slow_down`: when to come back
    epoch -- with `stale`: the stored one, if an epoch was what was stale
    statements -- with `forbidden`: the account's revocations, for a device that has come in vain
    """

    def __init__(
        self,
        code: str,
        *,
        retry_after_s: int | None = None,
        epoch: int | None = None,
        statements: bytes = b"",
    ) -> None:
        super().__init__(code)
        self.statements = statements
        self.code = code
        self.retry_after_s = retry_after_s
        self.epoch = epoch

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return _STATUS_AND_TITLE[self.code][0]

    @property
    def document(self) -> bytes:
        """The JSON text of `application/problem+json`."""
        status, title = _STATUS_AND_TITLE[self.code]
        fields: dict[str, str | int] = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "code": self.code,
        }
        if self.epoch is not None:
            fields["epoch"] = self.epoch
        if self.statements:
            fields["statements"] = encode_base64url(self.statements)
        return msgspec.json.encode(fields)

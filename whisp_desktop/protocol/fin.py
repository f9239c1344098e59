"""FIN: ties a handshake to the DTLS connection that it was meant for."""

import hmac

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.kdf import hmac_sha256, label
from whisp_desktop.protocol.keys import Secret

_TYPE = b"\x03"
_FIN = label("fin")


def fin_message(
    key: Secret, sid: bytes, fingerprint_a: bytes, fingerprint_b: bytes, exporter: bytes
) -> bytes:
    """Return the FIN of the side whose key (FA or FB) this is, 33 bytes.

    The fingerprints (SHA-256 of the DTLS certificates in use, the initiator's first), the
    exporter (RFC 9266) and `sid` have 32 bytes each.
    """
    bound = b"".join((_FIN, sid, fingerprint_a, fingerprint_b, exporter))
    return _TYPE + hmac_sha256(key.data, bound)


def check_fin(
    frame: bytes,
    key: Secret,
    sid: bytes,
    fingerprint_a: bytes,
    fingerprint_b: bytes,
    exporter: bytes,
) -> None:
    """Raise PeerError unless the frame is the FIN of the side whose key this is."""
    own = fin_message(key, sid, fingerprint_a, fingerprint_b, exporter)
    if not hmac.compare_digest(frame, own):
        raise PeerError("the FIN does not belong to this connection")

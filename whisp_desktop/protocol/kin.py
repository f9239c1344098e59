"""The first KPAIR of two devices of one account that never met (wire: Finding each other again)."""

from whisp_desktop.protocol.certificates import DeviceCert
from whisp_desktop.protocol.kdf import hkdf, label
from whisp_desktop.protocol.keys import DeviceKeys, Secret

_KIN = label("kin")


def kin_key(device: DeviceKeys, other: DeviceCert) -> Secret:
    """Return HKDF(device ids, the smaller first; DH of the two DKd; `kin`), 32 bytes.

    Both can compute it, and nobody else. It stays the same, so it only lasts until their first
    session gives them a fresh one. PeerError if the other's key is a wrong one.
    """
    ids = b"".join(sorted((device.device_id, other.device_id)))
    with device.agreement.exchange(other.agreement_key) as shared:
        whole = hkdf(ids, shared.data, _KIN, 32)
    key = Secret(whole)
    whole[:] = bytes(32)
    return key

"""X25519 public keys of small order, in every form they can be written in, are refused."""

import pytest

from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.keys import AgreementKey, Secret

PRIME = 2**255 - 19
ORDER_8 = 0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0
"""u of a point of order 8 (cr.yp.to/ecdh.html lists both)."""

OTHER_ORDER_8 = 39382357235489614581723060781553021112529911719440698176882885853963445705823
SMALL = (0, 1, PRIME - 1, PRIME, PRIME + 1, ORDER_8, OTHER_ORDER_8)


@pytest.mark.parametrize("top_bit", [0, 2**255])
@pytest.mark.parametrize("u", SMALL)
def test_a_small_order_point_is_refused(u: int, top_bit: int) -> None:
    public = (u + top_bit).to_bytes(32, "little")
    with pytest.raises(PeerError):
        AgreementKey(Secret(b"\x5a" * 32)).exchange(public)

"""The keys as a key store keeps them."""

import pytest

from whisp_desktop.protocol.keys import Secret
from whisp_desktop.vault.identity import Identity, KeptKeys


def kept() -> KeptKeys:
    account, signing, agreement, file_key = (Secret(bytes([n] * 32)) for n in (1, 2, 3, 4))
    return KeptKeys(Identity(account, signing, agreement), file_key)


def test_they_come_back() -> None:
    again = KeptKeys.decode(kept().encode())
    assert again == kept()


def test_their_form_is_kept_for_good() -> None:
    whole = b"\x01" + b"\x01" * 32 + b"\x02" * 32 + b"\x03" * 32 + b"\x04" * 32
    assert kept().encode().data == whole


def test_a_device_without_the_account_key_has_none() -> None:
    keys = kept()
    identity = Identity(None, keys.identity.signing_seed, keys.identity.agreement_private)
    without = KeptKeys(identity, keys.file_key)
    assert without.encode().data == b"\x01" + bytes(32) + kept().encode().data[33:]
    assert KeptKeys.decode(without.encode()) == without


@pytest.mark.parametrize(
    "whole", [b"", b"\x01", b"\x01" + bytes(127), b"\x01" + bytes(129), b"\x02" + bytes(128)]
)
def test_anything_else_is_refused(whole: bytes) -> None:
    with pytest.raises(ValueError, match="not the keys"):
        KeptKeys.decode(Secret(whole))


def test_close_wipes_every_key() -> None:
    keys = kept()
    keys.close()
    identity = keys.identity
    secrets = (
        identity.account_seed,
        identity.signing_seed,
        identity.agreement_private,
        keys.file_key,
    )
    assert all(each is not None and each.closed for each in secrets)

"""A device of an account, made from its seeds and fields as files of vectors have them."""

from dataclasses import dataclass

from tests.vectors.document import Fields
from tests.vectors.expect import same
from whisp_desktop.protocol.card import Card
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert
from whisp_desktop.protocol.keys import AgreementKey, DeviceKeys, Secret, SigningKey


@dataclass(frozen=True)
class Device:
    account: SigningKey
    keys: DeviceKeys
    cert: DeviceCert


def device_of(entry: Fields) -> Device:
    ak, dks, dkd = map(Secret, entry.hex("ak_seed", "dks_seed", "dkd_private"))
    account, keys = SigningKey(ak), DeviceKeys(SigningKey(dks), AgreementKey(dkd))
    cert = DeviceCert.issue(
        account,
        keys,
        issued=entry.number("issued"),
        expires=entry.number("expires"),
        epoch=entry.number("epoch"),
        flags=CertFlags(entry.number("flags")),
    )
    same(int(cert.flags), entry.number("flags"))
    same(cert.whole, entry.bytes_of("cert"))
    return Device(account, keys, cert)


def card_of(account: SigningKey, entry: Fields) -> Card:
    return Card.issue(
        account,
        issued=entry.number("issued"),
        username=entry["username"],
        hosts=tuple(entry["servers"]),
    )

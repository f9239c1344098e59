"""The recovery sheet: an account comes back from paper, on a new device, with a real server."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from tests.session.nodes import Person, Server, person, talk
from whisp_desktop.protocol.certificates import CertFlags, DeviceCert
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Secret
from whisp_desktop.session import answers, commands, device_commands
from whisp_desktop.session.events import Closed, KeyChanged, Opened, Requested, ServerChanged

WORDS = b"correct horse"


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whisp_desktop.protocol.recovery._MEMORY_BYTES", 8 * 1024 * 1024)


async def _sheet(who: Person) -> answers.RecoverySheet:
    return await who.node.do(device_commands.MakeRecoverySheet(Secret(WORDS)))


async def _recover(who: Person, text: str, words: bytes = WORDS) -> answers.Account:
    return await who.node.do(device_commands.Recover(text, Secret(words), ""))


async def _refusal(who: Person, text: str, words: bytes = WORDS) -> str:
    with pytest.raises(RefusedError) as refused:
        await _recover(who, text, words)
    assert refused.value.say.endswith(".")
    return refused.value.code


async def _account(who: Person) -> answers.Account:
    account = (await who.node.do(commands.GetStatus())).account
    assert account is not None
    return account


async def test_an_account_comes_back_from_paper_as_who_it_was(
    server: Server, tmp_path: Path
) -> None:
    async with (
        person("alice_sheet", tmp_path, server.url) as alice,
        person("bob_sheet", tmp_path, server.url) as bob,
        person("anew", tmp_path, server.url) as anew,
    ):
        await alice.register()
        await bob.register()
        await talk(bob, alice)
        before = await _account(alice)
        sheet = await _sheet(alice)
        recovered = await _recover(anew, sheet.text.lower())
        assert recovered == replace(before, device_id=recovered.device_id)
        assert recovered.device_id != before.device_id
        assert (await anew.hear(ServerChanged)).connected
        account = anew.node._own.account
        assert account is not None
        cert = DeviceCert.parse(account.cert)
        assert (cert.epoch, cert.flags) == (2, CertFlags.CAN_REVOKE | CertFlags.HOLDS_AK)

        await bob.node.do(commands.Leave(alice.name))
        await alice.hear(Closed)
        await bob.node.do(commands.Ask(alice.name))
        await anew.node.do(commands.Accept((await anew.hear(Requested)).request))
        await bob.hear(Opened)
        (contact,) = await bob.node.do(commands.GetContacts())
        assert contact.account_key == before.account_key
        assert not any(isinstance(event, KeyChanged) for event in bob.told)


async def test_the_paper_can_be_scanned_and_used_again(server: Server, tmp_path: Path) -> None:
    async with (
        person("carol_sheet", tmp_path, server.url) as carol,
        person("second", tmp_path, server.url) as second,
        person("third", tmp_path, server.url) as third,
    ):
        await carol.register()
        sheet = await _sheet(carol)
        one = await _recover(second, sheet.qr + "\n")
        other = await _recover(third, sheet.text)
        assert one.device_id != other.device_id
        assert await _sheet(third) != sheet
        account = third.node._own.account
        assert account is not None
        assert DeviceCert.parse(account.cert).epoch == 3


async def test_what_does_not_open_is_said_and_leaves_the_profile_new(
    server: Server, tmp_path: Path
) -> None:
    async with (
        person("dave_sheet", tmp_path, server.url) as dave,
        person("erin_sheet", tmp_path, server.url) as erin,
    ):
        await dave.register()
        sheet = await _sheet(dave)
        assert await _refusal(erin, sheet.text, b"wrong horse") == "wrong_passphrase"
        another = "0" if sheet.text[-1] != "0" else "1"
        assert await _refusal(erin, sheet.text[:-1] + another) == "wrong_passphrase"
        assert await _refusal(erin, sheet.text[:-1]) == "bad_sheet"
        assert await _refusal(erin, "W2R:" + sheet.qr[4:]) == "other_version"
        await erin.register()
        assert await _refusal(erin, sheet.text) == "account_exists"


async def test_whose_own_name_was_refused_comes_back_with_the_paper(
    server: Server, tmp_path: Path
) -> None:
    async with (
        person("judy_sheet", tmp_path, server.url) as judy,
        person("anew", tmp_path, server.url) as anew,
    ):
        await judy.register()
        sheet = await _sheet(judy)
        with pytest.raises(RefusedError) as refused:
            await anew.node.do(commands.CreateAccount(judy.name, ""))
        assert refused.value.code == "name_taken"
        assert await _refusal(anew, sheet.text, b"wrong horse") == "wrong_passphrase"
        assert (await _recover(anew, sheet.text)).account_key == (await _account(judy)).account_key


async def test_a_server_that_does_not_know_the_account_is_not_its_server(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    elsewhere = Server(tmp_path / "elsewhere")
    try:
        async with (
            person("frank_sheet", tmp_path, server.url) as frank,
            person("grace_sheet", tmp_path, elsewhere.url) as grace,
        ):
            await frank.register()
            sheet = await _sheet(frank)
            assert await _refusal(grace, sheet.text) == "account_unknown"
            there = device_commands.Recover(sheet.text, Secret(WORDS), server.url)
            assert (await grace.node.do(there)).name == frank.name
    finally:
        elsewhere.stop()


async def test_after_a_crash_before_the_keys_were_kept_the_paper_does_it_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keychain = MemoryKeychain()
    async with person("heidi_sheet", tmp_path, server.url) as heidi:
        await heidi.register()
        sheet = await _sheet(heidi)
        async with person("anew", tmp_path, server.url, keychain) as anew:
            with monkeypatch.context() as broken:
                broken.setattr(anew.node._own.profile, "create", _not_saved)
                assert await _refusal(anew, sheet.text) == "not_saved"
        async with person("anew", tmp_path, server.url, keychain) as anew:
            assert (await _recover(anew, sheet.text)).name == heidi.name
            assert (await anew.hear(ServerChanged)).connected
        async with person("anew", tmp_path, server.url, keychain) as anew:
            assert (await anew.hear(ServerChanged)).connected


def _not_saved(*_: object) -> None:
    raise RefusedError("not_saved", "The disk is full.")


async def test_a_sheet_is_made_for_a_passphrase_and_leaves_nothing_behind(
    server: Server, tmp_path: Path
) -> None:
    async with person("ivan_sheet", tmp_path, server.url) as ivan:
        await ivan.register()
        with pytest.raises(RefusedError) as refused:
            await ivan.node.do(device_commands.MakeRecoverySheet(Secret(b"")))
        assert refused.value.code == "passphrase_bad"
        passphrase = Secret(WORDS)
        before = _kept(tmp_path)
        await ivan.node.do(device_commands.MakeRecoverySheet(passphrase))
        assert passphrase.closed
        assert _kept(tmp_path) == before


def _kept(folder: Path) -> dict[Path, tuple[int, bytes]]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in files}

"""A second device of one account: by QR code and by a code that is read out, with a real server."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.memory_keychain import MemoryKeychain
from tests.session.nodes import Server, person, talk
from tests.session.town import Town, enroll, finish, step
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.qr_text import base45_decode, base45_encode
from whisp_desktop.session import commands, device_commands
from whisp_desktop.session.events import EnrollStep, ServerChanged


async def test_by_qr_code_both_are_one_account(town: Town) -> None:
    alice, laptop, bob = await town.people("alice", "laptop", "bob")
    await alice.register()
    await bob.register()
    await enroll(alice, laptop)
    one, other = [(await each.node.do(commands.GetStatus())).account for each in (alice, laptop)]
    assert one
    assert other
    assert (other.name, other.account_key) == (alice.name, one.account_key)
    assert other.device_id != one.device_id
    assert not laptop.node._own.keys.account
    await talk(bob, alice)


async def test_by_code_both_are_one_account(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.MakeCode())
    assert [len(part) for part in shown.code.split()] == [4, 4, 4]
    await laptop.node.do(device_commands.EnterCode("", shown.code.replace(" ", "-")))
    event = await step(laptop, EnrollStep.CONFIRM)
    assert event.by_code
    assert (await step(alice, EnrollStep.CONFIRM)).by_code
    await alice.node.do(device_commands.ConfirmDigits(event.digits))
    await step(laptop, EnrollStep.DONE)


@pytest.mark.parametrize("holds", [False, True])
async def test_the_account_key_goes_along_only_if_it_was_chosen(town: Town, *, holds: bool) -> None:
    alice, laptop, third = await town.people("alice", "laptop", "third")
    await alice.register()
    await enroll(alice, laptop, holds=holds)
    if holds:
        await enroll(laptop, third)
        return
    with pytest.raises(RefusedError) as caught:
        await laptop.node.do(device_commands.ShowToken())
    assert caught.value.code == "no_account_key"


async def test_a_new_device_is_still_one_after_a_restart(
    town: Town, server: Server, tmp_path: Path
) -> None:
    keys = MemoryKeychain()
    alice = await town.person("alice")
    await alice.register()
    async with person("laptop", tmp_path, server.url, keys) as laptop:
        await enroll(alice, laptop)
    async with person("laptop", tmp_path, server.url, keys) as again:
        assert (await again.hear(ServerChanged)).connected


async def test_wrong_digits_end_it_on_both(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(shown.qr))
    digits = (await step(laptop, EnrollStep.CONFIRM)).digits
    await step(alice, EnrollStep.CONFIRM)
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    with pytest.raises(RefusedError) as caught:
        await alice.node.do(device_commands.ConfirmDigits(wrong))
    assert caught.value.code == "wrong_digits"
    assert (await step(alice, EnrollStep.STOPPED)).code == "wrong_digits"
    assert (await step(laptop, EnrollStep.STOPPED)).code == "enroll_failed"
    with pytest.raises(RefusedError) as caught:
        await alice.node.do(device_commands.ConfirmDigits(digits))
    assert caught.value.code == "nothing_to_confirm"


async def test_a_wrong_code_burns_it_and_both_say_so(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    code = (await alice.node.do(device_commands.MakeCode())).code
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    await laptop.node.do(device_commands.EnterCode("", wrong))
    for who in (alice, laptop):
        stopped = await step(who, EnrollStep.STOPPED)
        assert stopped.code == "wrong_code"
    await laptop.node.do(device_commands.EnterCode("", code))
    assert (await step(laptop, EnrollStep.STOPPED)).code == "token_used"


async def test_a_token_is_used_once(town: Town) -> None:
    alice, laptop, thief = await town.people("alice", "laptop", "thief")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(shown.qr))
    await step(laptop, EnrollStep.CONFIRM)
    await thief.node.do(device_commands.ScanToken(shown.qr))
    assert (await step(thief, EnrollStep.STOPPED)).code == "token_used"


async def test_a_new_token_burns_the_one_before(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    first = await alice.node.do(device_commands.ShowToken())
    second = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(first.qr))
    assert (await step(laptop, EnrollStep.STOPPED)).code == "token_used"
    await laptop.node.do(device_commands.ScanToken(second.qr))
    await finish(alice, laptop)


@pytest.mark.parametrize("who", ["old", "new"])
async def test_either_side_can_stop(town: Town, who: str) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(shown.qr))
    await step(laptop, EnrollStep.CONFIRM)
    await step(alice, EnrollStep.CONFIRM)
    stopper, other = (alice, laptop) if who == "old" else (laptop, alice)
    await stopper.node.do(device_commands.StopEnrolling())
    assert (await step(stopper, EnrollStep.STOPPED)).code == "stopped"
    if who == "old":
        assert (await step(other, EnrollStep.STOPPED)).code == "enroll_failed"


def _damaged(qr: str) -> str:
    whole = bytearray(base45_decode(qr.removeprefix("W1:")))
    whole[-1] ^= 1
    return "W1:" + base45_encode(bytes(whole))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_damaged, "bad_token"),
        (lambda _: "https://example.org/", "bad_token"),
        (lambda qr: "W2:" + qr[3:], "other_version"),
    ],
)
async def test_what_is_no_token_is_said(town: Town, spoil: Callable[[str], str], code: str) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    with pytest.raises(RefusedError) as caught:
        await laptop.node.do(device_commands.ScanToken(spoil(shown.qr)))
    assert caught.value.code == code


async def test_a_contact_card_is_no_token(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    await alice.node.do(device_commands.ShowToken())
    card = alice.node._attendance._desk.papers.card.whole
    with pytest.raises(RefusedError) as caught:
        await laptop.node.do(device_commands.ScanToken("W1:" + base45_encode(card)))
    assert caught.value.code == "not_a_token"


async def test_an_old_token_is_said_to_have_run_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    in_ten_minutes = int(time.time()) + 600
    monkeypatch.setattr("whisp_desktop.session.joining._now", lambda: in_ten_minutes)
    with pytest.raises(RefusedError) as caught:
        await laptop.node.do(device_commands.ScanToken(shown.qr))
    assert caught.value.code == "token_expired"


async def test_a_server_that_nobody_agreed_to_is_asked_about(
    server: Server, tmp_path: Path
) -> None:
    async with person("alice_at_home", tmp_path, server.url) as alice:
        await alice.register()
        shown = await alice.node.do(device_commands.ShowToken())
        async with person("laptop", tmp_path, None) as laptop:
            with pytest.raises(RefusedError) as caught:
                await laptop.node.do(device_commands.ScanToken(shown.qr))
            assert caught.value.code == "server_to_confirm"
            await laptop.node.do(device_commands.ScanToken(shown.qr, caught.value.host))
            await finish(alice, laptop)


async def test_whose_own_name_was_refused_becomes_another_device(town: Town) -> None:
    alice, laptop = [await town.person(name) for name in ("alice", "laptop")]
    await alice.register()
    with pytest.raises(RefusedError) as caught:
        await laptop.node.do(commands.CreateAccount(alice.name, ""))
    assert caught.value.code == "name_taken"
    await enroll(alice, laptop)


async def test_who_has_an_account_cannot_become_another(town: Town) -> None:
    alice = await town.person("alice")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    with pytest.raises(RefusedError) as caught:
        await alice.node.do(device_commands.ScanToken(shown.qr))
    assert caught.value.code == "account_exists"


@pytest.mark.parametrize("show", [device_commands.ShowToken(), device_commands.MakeCode()])
async def test_what_nobody_uses_runs_out(
    town: Town, monkeypatch: pytest.MonkeyPatch, show: commands.Command[object]
) -> None:
    monkeypatch.setattr("whisp_desktop.session.adding.TOKEN_LIFE_S", 0.01)
    monkeypatch.setattr("whisp_desktop.session.adding.CODE_LIFE_S", 0.01)
    alice = await town.person("alice")
    await alice.register()
    await alice.node.do(show)
    assert (await step(alice, EnrollStep.WAITING)).code == ""
    assert (await step(alice, EnrollStep.STOPPED)).code == "token_expired"


async def test_digits_that_nobody_types_end_it_on_both(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisp_desktop.session.adding._DIGITS_S", 0.01)
    alice, laptop = [await town.person(name) for name in ("alice", "laptop")]
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(shown.qr))
    assert (await step(alice, EnrollStep.STOPPED)).code == "token_expired"
    assert (await step(laptop, EnrollStep.STOPPED)).code == "enroll_failed"


@pytest.mark.parametrize("at", [EnrollStep.WAITING, EnrollStep.CONFIRM])
async def test_without_the_server_it_ends_on_both(tmp_path: Path, at: EnrollStep) -> None:
    running = Server(tmp_path)
    try:
        async with (
            person("alice", tmp_path, running.url) as alice,
            person("laptop", tmp_path, running.url) as laptop,
        ):
            await alice.register()
            shown = await alice.node.do(device_commands.ShowToken())
            if at is EnrollStep.CONFIRM:
                await laptop.node.do(device_commands.ScanToken(shown.qr))
                await step(laptop, at)
            await step(alice, at)
            running.stop()
            assert (await step(alice, EnrollStep.STOPPED)).code == "server_unreachable"
            if at is EnrollStep.CONFIRM:
                assert (await step(laptop, EnrollStep.STOPPED)).code == "server_unreachable"
    finally:
        running.stop()


async def test_a_list_of_devices_that_changed_meanwhile_ends_it_on_both(town: Town) -> None:
    alice, laptop = await town.people("alice", "laptop")
    await alice.register()
    shown = await alice.node.do(device_commands.ShowToken())
    await laptop.node.do(device_commands.ScanToken(shown.qr))
    digits = (await step(laptop, EnrollStep.CONFIRM)).digits
    await step(alice, EnrollStep.CONFIRM)
    desk = alice.node._attendance._desk
    desk.papers = desk.papers.renewed(desk.keys, int(time.time()))
    await alice.node.do(device_commands.ConfirmDigits(digits))
    assert (await step(alice, EnrollStep.STOPPED)).code == "enroll_failed"
    assert (await step(laptop, EnrollStep.STOPPED)).code == "enroll_failed"
    assert len(desk.papers.manifest.entries) == 1

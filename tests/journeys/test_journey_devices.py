"""Three programs: a person's own two devices, and that of somebody who watches."""

from functools import partial

import pytest

from tests.journeys.conftest import MakeClient
from tests.journeys.programs import Client, Server
from tests.journeys.steps import open_conversation, say

WRONG_CODE = "That code was wrong, and it is burnt. Make a new one on the other device."
GUESSED = "Somebody entered a wrong code, so this one is burnt. Make a new one."
BURNT = "Stopped. This code does not work any more."


async def _digits(client: Client) -> str:
    """Wait until the new device shows six digits, and read them."""
    digits: str = (await client.event("enroll", step="confirm"))["digits"]
    assert len(digits) == 6
    return digits


async def _finish(old: Client, new: Client, digits: str) -> None:
    """Type the digits, and see that both are devices of one account."""
    await old.event("enroll", step="confirm")
    await old.do("enroll_confirm", digits=digits)
    await old.event("enroll", step="done")
    await new.event("enroll", step="done")
    one, other = [await each.do("status") for each in (old, new)]
    assert (one["name"], one["account_key"]) == (other["name"], other["account_key"])
    assert one["device_id"] != other["device_id"]


async def _is_nobody(client: Client) -> bool:
    return (await client.do("status"))["account_key"] is None


@pytest.fixture
def newcomer(server: Server, start: MakeClient) -> MakeClient:
    """Start a client without an account that was told of the server."""
    return partial(start, server_url=server.url)


async def test_by_qr_code_while_a_third_scans_it_too(
    alice: Client, bob: Client, newcomer: MakeClient
) -> None:
    laptop, thief = await newcomer("laptop"), await newcomer("thief")
    shown = await alice.do("enroll_show")
    assert (shown["qr"][:3], shown["valid_s"]) == ("W1:", 120)
    await laptop.do("enroll_scan", qr=shown["qr"])
    digits = await _digits(laptop)
    await thief.do("enroll_scan", qr=shown["qr"])
    assert (await thief.event("enroll", step="stopped"))["code"] == "token_used"
    await _finish(alice, laptop, digits)
    assert await _is_nobody(thief)

    who = await laptop.do("status")
    assert await laptop.end_input() == 0
    await laptop.start()
    await laptop.reachable()
    assert (await laptop.do("status"))["device_id"] == who["device_id"]
    await open_conversation(laptop, bob)
    await say(laptop, bob, "From my laptop.")


async def test_who_scans_first_has_digits_that_nobody_types(
    alice: Client, newcomer: MakeClient
) -> None:
    laptop, thief = await newcomer("laptop"), await newcomer("thief")
    shown = await alice.do("enroll_show", hand_over_account_key=True)
    await thief.do("enroll_scan", qr=shown["qr"])
    await _digits(thief)
    await laptop.do("enroll_scan", qr=shown["qr"])
    assert (await laptop.event("enroll", step="stopped"))["code"] == "token_used"
    await alice.event("enroll", step="confirm")
    await alice.do("enroll_stop")
    assert (await alice.event("enroll", step="stopped"))["say"] == BURNT
    assert (await thief.event("enroll", step="stopped"))["code"] == "enroll_failed"
    assert await _is_nobody(thief)

    shown = await alice.do("enroll_show")
    await laptop.do("enroll_scan", qr=shown["qr"])
    await _finish(alice, laptop, await _digits(laptop))


async def test_by_code_after_a_guess_that_both_hear_of(alice: Client, newcomer: MakeClient) -> None:
    laptop, thief = await newcomer("laptop"), await newcomer("thief")
    code = (await alice.do("enroll_code"))["code"]
    await thief.do("enroll_enter", server=thief.server_url, code=code[:-1] + _other(code[-1]))
    assert (await thief.event("enroll", step="stopped"))["say"] == WRONG_CODE
    assert (await alice.event("enroll", step="stopped"))["say"] == GUESSED
    await laptop.do("enroll_enter", server=laptop.server_url, code=code)
    assert (await laptop.event("enroll", step="stopped"))["code"] == "token_used"

    again = await alice.do("enroll_code")
    assert (again["code"] != code, again["valid_s"]) == (True, 300)
    await laptop.do("enroll_enter", server=laptop.server_url, code=again["code"].replace(" ", ""))
    await _finish(alice, laptop, await _digits(laptop))
    assert await _is_nobody(thief)


def _other(digit: str) -> str:
    return str((int(digit) + 1) % 10)


async def test_a_server_that_the_code_names_is_asked_about_first(
    alice: Client, start: MakeClient
) -> None:
    laptop = await start("laptop")
    qr = (await alice.do("enroll_show"))["qr"]
    refused = await laptop.refusal("enroll_scan", qr=qr)
    assert refused.code == "server_to_confirm"
    assert refused.say.endswith("Whoever runs it sees your network address.")
    await laptop.do("enroll_scan", qr=qr, server=alice.server_url)
    await _finish(alice, laptop, await _digits(laptop))


async def test_a_lost_computer_and_a_sheet_of_paper(
    alice: Client, bob: Client, newcomer: MakeClient
) -> None:
    who = await alice.do("status")
    await open_conversation(bob, alice)
    sheet = await alice.do("recovery_sheet", passphrase="written nowhere")
    assert sheet["qr"].startswith("W1R:")
    await alice.end_input()
    await bob.event("closed")

    anew = await newcomer("anew")
    refused = await anew.refusal("recover", text=sheet["text"], passphrase="written somewhere")
    assert refused.code == "wrong_passphrase"
    assert await _is_nobody(anew)
    found = await anew.do("recover", text=sheet["text"], passphrase="written nowhere")
    assert (found["name"], found["account_key"]) == (who["name"], who["account_key"])
    await anew.reachable()
    await open_conversation(anew, bob)
    await say(anew, bob, "I am back.")

    await alice.start()
    await alice.event("notice", code="left_out")

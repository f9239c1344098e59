"""The wire specification says what the program does: every table of it, row for row."""

from ipaddress import ip_address

import pytest

from tests.wire_page import (
    check_calls,
    check_handshake,
    check_labels,
    check_messages,
    check_people,
    check_seals,
    check_server,
    check_statements,
)
from tests.wire_page.page import PAGE, Table, code_block, read_tables
from whisp_desktop.protocol.route import Candidate, CandidateKind, Route, describe

TEXT = PAGE.read_text("utf-8")
TABLES = read_tables(TEXT)
CHECKS = {
    **check_statements.CHECKS,
    **check_labels.CHECKS,
    **check_seals.CHECKS,
    **check_handshake.CHECKS,
    **check_messages.CHECKS,
    **check_calls.CHECKS,
    **check_server.CHECKS,
    **check_people.CHECKS,
}


def test_every_table_has_a_heading_and_a_check_of_its_own() -> None:
    assert sorted(table.heading for table in TABLES) == sorted(CHECKS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.heading))
def test_a_table_says_what_the_program_does(table: Table) -> None:
    CHECKS[table.heading](table)


@pytest.mark.parametrize(("offer", "setup"), [(True, "actpass"), (False, "active")])
def test_the_description_is_the_pages_template_filled_in(*, offer: bool, setup: str) -> None:
    used = (
        Candidate(CandidateKind.HOST, ip_address("203.0.113.7"), 5000, 3),
        Candidate(CandidateKind.SRFLX, ip_address("203.0.113.8"), 5001, 2),
        Candidate(CandidateKind.RELAY, ip_address("2001:db8::9"), 5002, 1),
    )
    route = Route("ufrag", "p" * 22, bytes(range(32)), used)
    lines = code_block(TEXT, "sdp").splitlines()
    for line, one in zip(range(10, 13), used, strict=True):
        lines[line] = lines[line].format(priority=one.priority, address=one.address, port=one.port)
    filled = "".join(f"{line}\r\n" for line in lines).format(
        ufrag=route.ufrag,
        pwd=route.pwd,
        fingerprint=":".join(f"{byte:02X}" for byte in route.fingerprint),
        setup=setup,
    )
    assert describe(route, used, offer=offer) == filled

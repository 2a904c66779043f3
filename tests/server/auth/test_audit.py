"""What the audit log keeps and writes; times are the test's."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.auth.audit import (
    LOGGER_NAME,
    MAX_DETAIL,
    MAX_ENTRIES,
    MAX_REFUSALS,
    Actor,
    AuditEntry,
    AuditEvent,
    AuditLog,
)
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.roles import Role

ANNA = Actor("player", "Anna's tablet", "192.168.1.7")
STRANGER = Actor("", "", "203.0.113.9")


def test_entry_is_one_line_of_names_and_values(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER_NAME):
        AuditLog().record(AuditEvent.FILES, ANNA, "PUT /api/disks/my disk", 5.0)
    (line,) = caplog.messages
    assert line == (
        'event=files role=player name="Anna\'s tablet" address=192.168.1.7 detail="PUT /api/disks/my disk"'
    )


def test_what_is_unknown_is_left_out_of_the_line() -> None:
    log = AuditLog()
    log.record(AuditEvent.SIGNED_OUT, STRANGER, "", 0.0)
    assert str(log.entries[0]) == "event=signed-out address=203.0.113.9"


def test_sender_is_an_actor() -> None:
    anna = Principal(Role.VIEWER, "Anna", "10.0.0.1")
    stranger = {"client": ("10.0.0.1", 4711), PRINCIPAL: None}
    assert Actor.of(anna) == Actor.of_request({PRINCIPAL: anna}) == Actor("viewer", "Anna", "10.0.0.1")
    assert Actor.of_request(stranger) == Actor("", "", "10.0.0.1")


@given(st.text(), st.text())
def test_no_text_makes_a_second_line_or_a_terminal_obey(name: str, detail: str) -> None:
    log = AuditLog()
    log.record(AuditEvent.POWER, Actor("player", name, "x"), detail, 0.0)
    (entry,) = log.entries
    line = str(entry)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert line.encode()
    assert len(entry.detail) <= MAX_DETAIL


def test_newest_entries_come_first() -> None:
    log = AuditLog()
    for event in (AuditEvent.SIGNED_IN, AuditEvent.REFUSED, AuditEvent.POWER):
        log.record(event, ANNA, "", 0.0)
    assert [entry.event for entry in log.entries] == [
        AuditEvent.POWER,
        AuditEvent.REFUSED,
        AuditEvent.SIGNED_IN,
    ]


def refusals(log: AuditLog) -> list[AuditEntry]:
    return [entry for entry in log.entries if entry.event is AuditEvent.REFUSED]


def test_refusals_are_limited_in_rate_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    log = AuditLog()
    with caplog.at_level(logging.WARNING, LOGGER_NAME):
        for _ in range(1_000):
            log.record(AuditEvent.REFUSED, STRANGER, "GET /", 0.0)
    written = len(refusals(log))
    assert written == len(caplog.messages) < 50
    log.record(AuditEvent.REFUSED, STRANGER, "GET /", 60.0)
    assert refusals(log)[0].suppressed == 1_000 - written
    assert str(refusals(log)[0]).endswith(f"suppressed={1_000 - written}")


def test_clock_that_is_set_back_stops_nothing() -> None:
    log = AuditLog()
    log.record(AuditEvent.SIGNED_IN, ANNA, "", 1e9)
    log.record(AuditEvent.SIGNED_IN, ANNA, "", 5.0)
    assert [entry.time for entry in log.entries] == [5.0, 1e9]


def test_clock_that_was_ahead_silences_nothing() -> None:
    log = AuditLog()
    log.record(AuditEvent.REFUSED, STRANGER, "", 2e9)
    for number in range(1_000):
        log.record(AuditEvent.REFUSED, STRANGER, "", 1e9 + number * 60.0)
    assert [entry.suppressed for entry in log.entries[:MAX_REFUSALS]] == [0] * MAX_REFUSALS


def test_refusals_displace_no_other_entries() -> None:
    log = AuditLog()
    log.record(AuditEvent.SIGNED_IN, ANNA, "", 0.0)
    for number in range(3 * MAX_ENTRIES):
        log.record(AuditEvent.REFUSED, STRANGER, "", number * 60.0)
    assert len(refusals(log)) == MAX_REFUSALS
    assert log.entries[-1].event is AuditEvent.SIGNED_IN


def test_memory_is_bounded() -> None:
    log = AuditLog()
    for number in range(3 * MAX_ENTRIES):
        log.record(AuditEvent.POWER, ANNA, "", number * 60.0)
    assert len(log.entries) == MAX_ENTRIES

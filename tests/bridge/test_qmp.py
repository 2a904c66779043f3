"""QEMU's messages, and what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.qmp import (
    MAX_LINE,
    QmpError,
    QmpEvent,
    QmpFailure,
    QmpGreeting,
    QmpReader,
    QmpReturn,
    pack_command,
)

SENT = (
    b'{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": []}}\r\n'
    b'{"return": {}, "id": 1}\r\n'
    b'{"timestamp": {"seconds": 1}, "event": "JOB_STATUS_CHANGE", "data": {"id": "job"}}\r\n'
    b'{"timestamp": {"seconds": 1}, "event": "STOP"}\r\n'
    b'{"id": 2, "error": {"class": "GenericError", "desc": "It fails"}}\r\n'
)
MESSAGES = [
    QmpGreeting("7.2"),
    QmpReturn(1, {}),
    QmpEvent("JOB_STATUS_CHANGE", {"id": "job"}),
    QmpEvent("STOP", {}),
    QmpFailure(2, "It fails"),
]


@given(st.integers(1, len(SENT)))
def test_messages_arrive_in_pieces_of_any_size(size: int) -> None:
    reader = QmpReader()
    found = [each for at in range(0, len(SENT), size) for each in reader.feed(SENT[at : at + size])]
    assert found == MESSAGES


def test_command_is_a_line_of_json() -> None:
    line = pack_command(7, "qom-get", {"path": "/machine\n"})
    assert json.loads(line) == {"execute": "qom-get", "arguments": {"path": "/machine\n"}, "id": 7}
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"[]",
        b"1",
        b"{}",
        b'{"QMP": 1}',
        b'{"return": 1}',
        b'{"event": "X", "data": 1}',
        b"\xff",
        b'{"return": 1, "id": Infinity}',
        b'{"error": {"desc": ""}, "id": 1e999}',
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(QmpError, match="no message"):
        QmpReader().feed(line + b"\n")


@given(st.binary(max_size=200))
def test_other_bytes_raise_nothing_else(data: bytes) -> None:
    try:
        QmpReader().feed(data + b"\n")
    except QmpError:
        pass


def test_message_has_a_bound() -> None:
    reader = QmpReader()
    assert reader.feed(b" " * MAX_LINE) == []
    with pytest.raises(QmpError, match="longer"):
        reader.feed(b" ")

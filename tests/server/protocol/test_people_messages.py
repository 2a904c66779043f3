"""The JSON of the messages about people."""

from __future__ import annotations

import json

import pytest

from moof.server.protocol.messages import SignalingError, encode, parse
from moof.server.protocol.people_messages import (
    MAX_PERSON_NAME,
    FloorRequest,
    People,
    Person,
    PersonName,
    Pointers,
    Pointing,
)


def test_requests_are_parsed() -> None:
    assert parse('{"type":"floor","action":"request"}') == FloorRequest("request")
    assert parse('{"type":"floor","action":"give","to":"b"}') == FloorRequest("give", "b")
    assert parse('{"type":"name","name":"Ann"}') == PersonName("Ann")


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"floor"}',
        '{"type":"floor","action":"steal"}',
        '{"type":"floor","action":"give","to":5}',
        json.dumps({"type": "floor", "action": "give", "to": "x" * 101}),
        '{"type":"name"}',
        json.dumps({"type": "name", "name": "x" * (MAX_PERSON_NAME + 1)}),
    ],
)
def test_other_requests_are_refused(text: str) -> None:
    with pytest.raises(SignalingError):
        parse(text)


def test_people_and_pointers_are_plain_json() -> None:
    people = People((Person("a", "Ann", "player", True, True, "good"),), "queue", 5.0, "a", ("b",), 61.5)
    assert json.loads(encode(people)) == {
        "type": "people",
        "people": [
            {"viewer": "a", "name": "Ann", "role": "player", "plays": True, "present": True, "line": "good"}
        ],
        "mode": "queue",
        "minutes": 5.0,
        "holder": "a",
        "waiting": ["b"],
        "left": 61.5,
    }
    assert json.loads(encode(Pointers((Pointing("a", 1, 2),)))) == {
        "type": "pointers",
        "pointers": [{"viewer": "a", "x": 1, "y": 2}],
    }

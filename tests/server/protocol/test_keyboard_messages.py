"""The messages about typed text: their limits, and their form on the wire."""

import json

import pytest

from moof.server.protocol.keyboard_messages import (
    MAX_TEXT,
    KeyboardRequest,
    KeyboardStatus,
    LayoutEntry,
    TextProgress,
    TextRequest,
    TextStop,
    Untypable,
)
from moof.server.protocol.messages import ServerMessage, SignalingError, encode, parse


def test_requests() -> None:
    assert parse('{"type": "text", "id": "1", "text": "Hi"}') == TextRequest("1", "Hi")
    assert parse('{"type": "text-stop", "id": "1"}') == TextStop("1")
    assert parse('{"type": "keyboard", "layout": "german"}') == KeyboardRequest("german")


def test_a_text_of_20000_characters_is_accepted_and_no_longer_one() -> None:
    message = {"type": "text", "id": "1", "text": "ü" * MAX_TEXT}
    assert parse(json.dumps(message)) == TextRequest("1", "ü" * MAX_TEXT)
    with pytest.raises(SignalingError, match="'text' is longer than 20000 characters"):
        parse(json.dumps({**message, "text": "ü" * (MAX_TEXT + 1)}))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"type": "text", "text": "Hi"}', "'text' needs a text 'id'"),
        ('{"type": "text", "id": 1, "text": "Hi"}', "'text' needs a text 'id'"),
        ('{"type": "text-stop"}', "'text-stop' needs a text 'id'"),
        ('{"type": "keyboard"}', "'keyboard' needs a text 'layout'"),
    ],
)
def test_invalid_requests_name_what_is_missing(text: str, error: str) -> None:
    with pytest.raises(SignalingError, match=error):
        parse(text)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            TextProgress("1", 2, 3, "я", "failed", "The Mac is off."),
            {
                "type": "text-progress",
                "id": "1",
                "typed": 2,
                "total": 3,
                "missing": "я",
                "state": "failed",
                "message": "The Mac is off.",
            },
        ),
        (Untypable("я", "us"), {"type": "untypable", "characters": "я", "layout": "us"}),
        (
            KeyboardStatus("us", (LayoutEntry("us", "U.S."),), settable=True),
            {
                "type": "keyboard",
                "layout": "us",
                "layouts": [{"name": "us", "title": "U.S."}],
                "settable": True,
            },
        ),
    ],
)
def test_answers(message: ServerMessage, fields: dict[str, object]) -> None:
    assert json.loads(encode(message)) == fields

"""The messages about a Mac that nobody uses, as JSON."""

from __future__ import annotations

import json

from moof.server.protocol.idle_messages import StillHere, Unused
from moof.server.protocol.messages import encode, parse


def test_pages_are_told_and_answer() -> None:
    assert json.loads(encode(Unused(60))) == {"seconds": 60, "type": "unused"}
    assert json.loads(encode(Unused(None))) == {"seconds": None, "type": "unused"}
    assert parse('{"type":"still-here"}') == StillHere()

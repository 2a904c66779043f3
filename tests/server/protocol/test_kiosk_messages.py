"""The messages of a kiosk, as JSON."""

from __future__ import annotations

import json

from moof.server.protocol.kiosk_messages import KioskStart, KioskStatus
from moof.server.protocol.messages import encode, parse


def test_pages_are_told_and_begin() -> None:
    assert json.loads(encode(KioskStatus(attract=True))) == {"attract": True, "type": "kiosk"}
    assert parse('{"type":"kiosk-start"}') == KioskStart()

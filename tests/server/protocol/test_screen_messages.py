"""Messages about what the Mac's screen says."""

import pytest

from moof.server.protocol.messages import SignalingError, encode, parse
from moof.server.protocol.screen_messages import (
    ScreenTextChanged,
    ScreenTextPart,
    ScreenTextRequest,
    ScreenTextStatus,
)


def test_both_directions() -> None:
    assert parse('{"type":"screen-text","wanted":true}') == ScreenTextRequest(True)
    assert encode(ScreenTextStatus(readable=True)) == '{"readable":true,"type":"screen-text-status"}'
    changed = ScreenTextChanged((ScreenTextPart("button", "OK", active=True),))
    assert encode(changed) == (
        '{"parts":[{"kind":"button","text":"OK","disabled":false,"checked":false,"active":true}],'
        '"type":"screen-text"}'
    )


def test_a_request_says_what_is_wanted() -> None:
    with pytest.raises(SignalingError, match="wanted"):
        parse('{"type":"screen-text"}')

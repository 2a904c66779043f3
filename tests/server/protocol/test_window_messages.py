"""Messages about the window that the Mac's screen follows."""

import pytest

from moof.server.protocol.messages import SignalingError, encode, parse
from moof.server.protocol.window_messages import WindowRequest, WindowStatus


def test_both_directions() -> None:
    assert parse('{"type":"window","width":1366,"height":657}') == WindowRequest(1366, 657)
    assert encode(WindowStatus(followable=True)) == '{"followable":true,"type":"window-status"}'


@pytest.mark.parametrize("width", ["-1", "65536", "1.5", '"800"', "null"])
def test_sizes_are_numbers_of_16_bits(width: str) -> None:
    with pytest.raises(SignalingError, match="width"):
        parse(f'{{"type":"window","width":{width},"height":600}}')

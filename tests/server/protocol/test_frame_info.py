"""The "frame" message, byte by byte."""

import struct

from moof.server.protocol.frame_info import FRAME_INFO_SIZE, Cursor, FrameInfo, PingTimes


def test_every_field_has_the_offset_in_the_protocol() -> None:
    ping = PingTimes(9, 1.5, 2, 3, 4)
    info = FrameInfo(1024, 768, Cursor(11, 12, True), 0x1_8000_0001, 42, ping, t5_us=5, t6_us=6)
    data = info.encode(t7_us=7)
    assert FRAME_INFO_SIZE == len(data) == 80
    assert data[:2] == b"\x01\x01"
    assert struct.unpack_from("<5H", data, 2) == (11, 12, 1024, 768, 0)
    assert struct.unpack_from("<3I", data, 12) == (0x8000_0001, 42, 9)
    assert struct.unpack_from("<7d", data, 24) == (1.5, 2, 3, 4, 5, 6, 7)


def test_ping_times_are_zero_without_a_ping() -> None:
    data = FrameInfo(1, 1, Cursor(0, 0, False), 0, 0).encode(t7_us=7)
    assert data[1] == 0
    assert struct.unpack_from("<I", data, 20) == (0,)
    assert struct.unpack_from("<4d", data, 24) == (0, 0, 0, 0)

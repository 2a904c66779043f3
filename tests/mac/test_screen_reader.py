"""Descriptions of the screen: which are passed on, and what their bytes mean."""

import pytest

from moof.extension import PartKind, PartState, ScreenPart
from moof.mac.adb import ReadScreenEvent
from moof.mac.headless import HeadlessMac
from moof.mac.screen_reader import DescriptionListener, ScreenReader, parse_description


class Listener(DescriptionListener):
    def __init__(self, reader: ScreenReader) -> None:
        self.seen: list[tuple[ScreenPart, ...]] = []
        reader.add_listener(self)

    def screen_described(self, parts: tuple[ScreenPart, ...]) -> None:
        self.seen.append(parts)


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"", ()),
        (b"b1OK\0", (ScreenPart(PartKind.BUTTON, PartState.DISABLED, "OK"),)),
        (
            b"w4\x8e\r\0k0\0",
            (
                ScreenPart(PartKind.WINDOW, PartState.ACTIVE, "é\n"),
                ScreenPart(PartKind.DESKTOP, PartState.NONE, ""),
            ),
        ),
        (b"z0later\0b\0\0", ()),
    ],
)
def test_records_are_parts(data: bytes, parts: tuple[ScreenPart, ...]) -> None:
    assert parse_description(data) == parts


def test_only_what_is_wanted_and_new_is_passed_on(mac: HeadlessMac) -> None:
    reader = mac.board.screen_reader
    listener = Listener(reader)
    reader.read(False)
    assert mac.board.adb.read() is None
    reader.described(b"t0a\0")
    assert mac.board.adb.read() == ReadScreenEvent(False)
    reader.read(True)
    for data in (b"t0a\0", b"t0a\0", b"t0b\0"):
        reader.described(data)
    assert [parts[0].text for parts in listener.seen] == ["a", "b"]
    assert mac.board.adb.read() == ReadScreenEvent(True)
    mac.board.reset()
    assert mac.board.adb.read() == ReadScreenEvent(True)
    reader.read(False)
    assert mac.board.adb.read() == ReadScreenEvent(False)

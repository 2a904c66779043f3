import logging
from collections.abc import Callable

import pytest

from moof.keyboard import LAYOUT_NAMES
from moof.mac.clipboard import CopyListener
from moof.mac.emulops import FAILED, MAX_COPIED, EmulOp, PowerRequest
from moof.mac.headless import START_TIME_US, HeadlessMac
from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, MEGABYTE, ROM_BASE
from moof.mac.video_card import VideoMode
from moof.mac_files.mac_time import MAC_EPOCH

HostCall = Callable[..., tuple[int, ...]]


def test_machine_info(mac: HeadlessMac, probe_image: bytes) -> None:
    answers = [mac.memory.read32(0x2000 + 4 * selector) for selector in range(8)]
    expected = [1, 8 * MEGABYTE, FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, ROM_BASE, len(probe_image), 63, 256]
    assert answers == expected


def test_machine_info_returns_the_current_mode(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.MACHINE_INFO, 8)[0] == 1024 << 16 | 768
    assert call_host(EmulOp.MACHINE_INFO, 9)[0] == 8
    mac.board.video.set_mode(VideoMode(640, 480, 1))
    assert call_host(EmulOp.MACHINE_INFO, 8)[0] == 640 << 16 | 480
    assert call_host(EmulOp.MACHINE_INFO, 9)[0] == 1


def test_unknown_machine_info_selector_fails(call_host: HostCall) -> None:
    assert call_host(EmulOp.MACHINE_INFO, 10)[0] == FAILED
    assert call_host(EmulOp.MACHINE_INFO, 0xFFFF_FFFF)[0] == FAILED


def test_unlisted_registers_are_preserved(call_host: HostCall) -> None:
    assert call_host(EmulOp.MACHINE_INFO, 0, 2, 3, 4)[1:] == (2, 3, 4)


def test_exec_return_does_nothing(call_host: HostCall) -> None:
    assert call_host(EmulOp.EXEC_RETURN, 1, 2, 3, 4) == (1, 2, 3, 4)


def test_unknown_opcode_fails_and_is_logged_once(
    call_host: HostCall, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert call_host(0x71FF, 1)[0] == FAILED
    assert len(caplog.records) == 1


def test_the_video_mode_changes(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.VIDEO_MODE, 640 << 16 | 480, 16)[:2] == (0, 1280)
    assert mac.board.video.mode == VideoMode(640, 480, 16)


def test_invalid_video_mode_fails(mac: HeadlessMac, call_host: HostCall) -> None:
    before = mac.board.video.mode
    assert call_host(EmulOp.VIDEO_MODE, 641 << 16 | 480, 8)[0] == FAILED
    assert mac.board.video.mode == before


def test_colours_are_read_from_guest_memory(mac: HeadlessMac, call_host: HostCall) -> None:
    mac.memory.write_bytes(0x5000, bytes.fromhex("11223300 aabbcc00"))
    call_host(EmulOp.VIDEO_CLUT, 254, 2, 0, 0x5000)
    assert [hex(colour) for colour in mac.board.video.clut[254:]] == ["0xff112233", "0xffaabbcc"]


@pytest.mark.parametrize(
    ("first", "count", "address"), [(255, 2, 0x5000), (0, 0x4000_0000, 0x5000), (0, 256, 0xFFFF_FF00)]
)
def test_colours_outside_memory_or_table_fail(
    call_host: HostCall, first: int, count: int, address: int
) -> None:
    assert call_host(EmulOp.VIDEO_CLUT, first, count, 0, address)[0] == FAILED


def test_xpram_bytes(mac: HeadlessMac, call_host: HostCall) -> None:
    call_host(EmulOp.XPRAM_WRITE, 0x84, 5)
    assert mac.board.xpram.read(0x84) == 5
    assert call_host(EmulOp.XPRAM_READ, 0x84)[0] == 5
    assert call_host(EmulOp.XPRAM_READ, 256)[0] == FAILED
    assert call_host(EmulOp.XPRAM_WRITE, 256, 1)[0] == FAILED


def test_cursor_is_stored(mac: HeadlessMac, call_host: HostCall) -> None:
    call_host(EmulOp.CURSOR, 300 << 16 | 200, 1)
    assert mac.board.video.cursor == (300, 200, True)
    call_host(EmulOp.CURSOR, 0, 0)
    assert mac.board.video.cursor == (0, 0, False)


def test_the_clock_counts_local_seconds_since_1904(
    mac: HeadlessMac, call_host: HostCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = call_host(EmulOp.CLOCK)[0]
    utc = START_TIME_US // 1_000_000 + MAC_EPOCH
    assert abs(seconds - utc) <= 15 * 3600
    assert seconds % 900 == utc % 900


def test_microseconds_are_64_bits(mac: HeadlessMac, call_host: HostCall) -> None:
    high, low = call_host(EmulOp.MICROSECONDS)[:2]
    assert (high << 32 | low) == mac.microseconds()


@pytest.mark.parametrize("request_code", list(PowerRequest))
def test_power_request_reaches_the_board(
    mac: HeadlessMac, call_host: HostCall, request_code: PowerRequest
) -> None:
    call_host(EmulOp.POWER, request_code)
    assert mac.board.power_request is request_code


def test_unknown_power_request_fails(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.POWER, 2)[0] == FAILED
    assert mac.board.power_request is None


def test_log_writes_the_guests_text(
    mac: HeadlessMac, call_host: HostCall, caplog: pytest.LogCaptureFixture
) -> None:
    mac.memory.write_bytes(0x5000, b"na\x95ve\0")
    with caplog.at_level(logging.INFO):
        call_host(EmulOp.LOG, a0=0x5000)
    assert caplog.messages == ["guest: naïve"]


def test_log_outside_memory_fails(call_host: HostCall) -> None:
    assert call_host(EmulOp.LOG, a0=0xFFFF_FFF0)[0] == FAILED


def test_adb_read_returns_every_field(mac: HeadlessMac) -> None:
    mac.board.adb.key(0x37, True)
    mac.board.adb.mouse(-3, 5, 4, absolute=False)
    mac.board.adb.mouse(1023, 767, 1, absolute=True)
    mac.board.adb.wheel(2, -120)
    mac.board.adb.request_layout(3)
    mac.settle()
    events = [[mac.memory.read32(0x3000 + 12 * row + 4 * column) for column in range(3)] for row in range(5)]
    assert mac.memory.read32(0x2400) == 5
    assert events[:3] == [[1, 0x37, 0x100], [4, 0xFFFD_0005, 4], [3, 0x03FF_02FF, 1]]
    assert [event[:2] for event in events[3:]] == [[5, 0x0002_FF88], [6, 3]]


def test_the_guest_reports_its_keyboard_layout(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.KEYBOARD_LAYOUT, 3)[0] == 3
    assert mac.board.keyboard_layout.name == LAYOUT_NAMES[3]


def test_unknown_keyboard_layout_fails(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.KEYBOARD_LAYOUT, len(LAYOUT_NAMES))[0] == FAILED
    assert call_host(EmulOp.KEYBOARD_LAYOUT, FAILED)[0] == FAILED
    assert mac.board.keyboard_layout.name is None


class Copies(CopyListener):
    """Keeps what was copied."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def text_copied(self, text: str) -> None:
        self.texts.append(text)


def test_what_the_guest_copies_is_reported(mac: HeadlessMac, call_host: HostCall) -> None:
    copies = Copies()
    mac.board.clipboard.add_listener(copies)
    mac.memory.write_bytes(0x5000, b"na\x95ve\rlines")
    assert call_host(EmulOp.CLIPBOARD_WRITE, 11, 2, 3, 0x5000) == (11, 2, 3, 0x5000)
    assert copies.texts == ["naïve\nlines"]


def test_the_guest_reads_a_text_of_the_host_once(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.CLIPBOARD_READ, 100, a0=0x5000)[0] == FAILED
    mac.board.clipboard.give("naïve\nlines")
    mac.memory.write_bytes(0x5000, b"................")
    assert call_host(EmulOp.CLIPBOARD_READ, 8, a0=0x5000)[0] == 8
    assert mac.memory.read_bytes(0x5000, 10) == b"na\x95ve\rli.."
    assert call_host(EmulOp.CLIPBOARD_READ, 100, a0=0x5000)[0] == FAILED


def test_texts_outside_memory_or_too_long_fail(mac: HeadlessMac, call_host: HostCall) -> None:
    assert call_host(EmulOp.CLIPBOARD_WRITE, 100, a0=0xFFFF_FFF0)[0] == FAILED
    assert call_host(EmulOp.CLIPBOARD_WRITE, MAX_COPIED + 1, a0=0)[0] == FAILED
    mac.board.clipboard.give("x" * 100)
    assert call_host(EmulOp.CLIPBOARD_READ, 100, a0=0xFFFF_FFF0)[0] == FAILED

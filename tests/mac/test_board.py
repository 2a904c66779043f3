from collections.abc import Callable

import pytest

from moof.mac.board import SCREEN_SEQUENCE, Board, ModeOverrides
from moof.mac.emulops import EmulOp
from moof.mac.headless import HeadlessMac
from moof.mac.memory import MEGABYTE, ROM_BASE, MacMemoryError
from moof.mac.rom import parse_rom
from moof.mac.video_card import VideoMode, VideoModeError
from moof.mac.xpram import DEPTH_AT, SETTINGS_AT, SIZE_INDEX_AT, Xpram

HostCall = Callable[..., tuple[int, ...]]


def test_power_on_writes_vectors_and_rom(mac: HeadlessMac, probe_image: bytes) -> None:
    assert mac.memory.read32(0) == 8 * MEGABYTE
    assert mac.memory.read32(4) == mac.board.rom.entry
    assert mac.memory.read_bytes(ROM_BASE, len(probe_image)) == probe_image


def test_power_on_clears_ram_and_reset_does_not(mac: HeadlessMac) -> None:
    mac.memory.write32(0x10_0000, 0xCAFE)
    mac.reset()
    assert mac.memory.read32(0x10_0000) == 0xCAFE
    mac.board.power_on()
    assert mac.memory.read32(0x10_0000) == 0


def test_reset_restores_the_rom(mac: HeadlessMac, probe_image: bytes) -> None:
    mac.memory.write_bytes(ROM_BASE, bytes(len(probe_image)))
    mac.reset()
    mac.run(1)
    assert mac.memory.read32(0x2104) > 0


def test_reset_clears_events_source_and_screen_sequence(
    mac: HeadlessMac, call_host: HostCall, describe_sound: Callable[..., int]
) -> None:
    call_host(EmulOp.AUDIO_OPEN, a0=describe_sound(mac.memory))
    mac.board.adb.key(1, True)
    mac.memory.write32(SCREEN_SEQUENCE, 7)
    mac.reset()
    assert mac.board.adb.read() is None
    assert mac.pull_audio() is None
    assert mac.memory.read32(SCREEN_SEQUENCE) == 0


def test_overrides_take_precedence_over_xpram_mode(probe_image: bytes) -> None:
    xpram = Xpram(None)
    for offset, value in ((SETTINGS_AT, ord("m")), (SETTINGS_AT + 1, 1), (DEPTH_AT, 4), (SIZE_INDEX_AT, 1)):
        xpram.write(offset, value)
    with HeadlessMac(probe_image, xpram=xpram) as mac:
        assert mac.board.video.mode == VideoMode(640, 480, 4)
    with HeadlessMac(probe_image, xpram=xpram, depth=16) as mac:
        assert mac.board.video.mode == VideoMode(640, 480, 16)


def test_invalid_override_raises_video_mode_error(probe_image: bytes) -> None:
    with pytest.raises(VideoModeError):
        Board(parse_rom(probe_image), overrides=ModeOverrides(width=641))


def test_failed_board_releases_the_core(probe_image: bytes) -> None:
    with pytest.raises(MacMemoryError):
        Board(parse_rom(probe_image), ram_mb=65)
    HeadlessMac(probe_image).close()


@pytest.mark.parametrize("ram_mb", [1, 64])
def test_ram_of_1_and_64_megabytes(probe_image: bytes, ram_mb: int) -> None:
    with HeadlessMac(probe_image, ram_mb=ram_mb) as mac:
        mac.run(1)
        assert mac.memory.read32(0x2004) == ram_mb * MEGABYTE


def test_step_returns_false_while_the_cpu_is_stopped(mac: HeadlessMac) -> None:
    assert not mac.board.step()
    mac.board.interrupts.tick(1)
    assert mac.board.step()


def test_interrupt_sets_the_wake_semaphore(mac: HeadlessMac) -> None:
    mac.board.wake.wait(0)
    mac.board.adb.key(3, True)
    assert mac.board.wake.wait(0)

"""The Mac goes on from a state exactly as it would have gone on: with the desktop, and device by device."""

import hashlib
import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.mac.cpu import Interrupt
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.emulops import EmulOp
from moof.mac.file_requests import FileFlags, FileOperation, FileResult
from moof.mac.headless import HeadlessMac
from moof.mac.machine_state import restore_board, save_board
from moof.mac.memory import FRAMEBUFFER_BASE
from moof.states import StateError

HostCall = Callable[..., tuple[int, ...]]


def play(mac: HeadlessMac, ticks: int) -> str:
    """Give the Mac the same input each time, for so many ticks; return the hash of its screen and RAM."""
    start, chance = mac.ticks, random.Random(7)
    while mac.ticks < start + ticks:
        what = chance.randrange(4)
        if what == 0:
            mac.click(chance.randrange(1024), chance.randrange(768))
        elif what == 1:
            mac.type_key(chance.randrange(0x30))
        elif what == 2:
            mac.pull_audio()
        mac.run(chance.randrange(1, 9))
    screen = mac.picture().tobytes() + mac.memory.read_bytes(0, mac.memory.ram_bytes)
    return hashlib.sha256(screen).hexdigest()


def test_same_state_and_input_give_the_same_screen_after_a_thousand_ticks() -> None:
    with HeadlessMac() as mac:
        mac.run(200)
        mac.drag((300, 200), (500, 300))
        mac.board.adb.key(0x00, True)  # waits for the guest
        state = mac.save_state("Then")
        first = play(mac, 1000)
        mac.load_state(state)
        assert play(mac, 1000) == first
    with HeadlessMac(depth=1, width=640, height=480) as other:
        other.run(10)
        other.load_state(state)
        assert play(other, 1000) == first


def test_state_of_a_state_is_the_same() -> None:
    with HeadlessMac(depth=32) as mac:
        mac.run(100)
        state = mac.save_state()
        mac.load_state(state)
        assert mac.save_state() == state


def test_stopped_cpu_pending_interrupts_and_queued_input_come_back(mac: HeadlessMac) -> None:
    mac.board.adb.key(0x37, True)
    mac.board.adb.key(0x07, True)
    mac.board.interrupts.tick(3, 1)
    before = save_board(mac.board)
    mac.run(5)
    mac.reset()
    restore_board(mac.board, before)
    assert mac.board.interrupts.save() == before.devices.cpu
    assert before.devices.cpu.pending == Interrupt.ADB | Interrupt.TICK | Interrupt.SECOND
    assert mac.board.adb.save() == before.devices.adb
    mac.settle()
    assert mac.board.adb.unread_keys == 0


def test_mode_colours_cursor_and_pixels_come_back(mac: HeadlessMac, call_host: HostCall) -> None:
    call_host(EmulOp.VIDEO_MODE, 512 << 16 | 342, 4)
    call_host(EmulOp.CURSOR, 30 << 16 | 40, 1)
    mac.memory.write8(FRAMEBUFFER_BASE + 5, 0xAB)
    state, picture, version = mac.save_state(), mac.picture(), mac.board.video.mode_version
    call_host(EmulOp.VIDEO_MODE, 640 << 16 | 480, 16)
    mac.load_state(state)
    assert (mac.picture() == picture).all()
    assert mac.board.video.cursor == (30, 40, True)
    assert mac.board.video.mode_version > version


def test_sound_goes_on(mac: HeadlessMac, call_host: HostCall, describe_sound: Callable[..., int]) -> None:
    call_host(EmulOp.AUDIO_OPEN, a0=describe_sound(mac.memory, 22_050, 2, 16))
    mac.pull_audio(500)
    state = mac.save_state()
    expected = [mac.pull_audio(500) for _ in range(5)]
    call_host(EmulOp.AUDIO_OPEN, a0=0)
    mac.load_state(state)
    assert [mac.pull_audio(500) for _ in range(5)] == expected


def test_state_of_another_size_of_memory_changes_nothing(probe_image: bytes) -> None:
    with HeadlessMac(probe_image, ram_mb=2) as mac:
        state = mac.save_state()
    with HeadlessMac(probe_image, ram_mb=4) as mac:
        mac.run(20)
        before = mac.save_state()
        with pytest.raises(StateError, match="2 MB of RAM; this one has 4 MB"):
            mac.load_state(state)
        assert mac.save_state() == before


def test_reset_after_a_load_starts_the_macs_own_rom(probe_image: bytes) -> None:
    with HeadlessMac(probe_image) as mac:
        state = mac.save_state()
    with HeadlessMac() as mac:
        rom = mac.board.rom_in_memory
        mac.load_state(state)
        assert mac.board.rom_in_memory == len(probe_image)
        mac.reset()
        assert mac.board.rom_in_memory == rom


def request(mac: HeadlessMac, operation: FileOperation, name: bytes) -> None:
    """Ask the disk, which does nothing before `perform`."""
    block = struct.pack(">HHIII", operation, FileFlags.REPLACE, 0x5000, 4, 0) + b"TEXTttxt"
    block += bytes((len(name),)) + name.ljust(31, b"\0") + bytes(32)
    mac.memory.write_bytes(0x4000, block)
    mac.memory.write_bytes(0x5000, b"new!")
    mac.board.disk.submit(0x4000)


@pytest.fixture
def disk_mac(probe_image: bytes, tmp_path: Path) -> Iterator[HeadlessMac]:
    (tmp_path / "Diary").write_bytes(b"old!")
    with HeadlessMac(probe_image, documents=DocumentsFolder(tmp_path)) as mac:
        mac.settle()
        yield mac


def test_request_to_read_that_was_in_progress_is_done(disk_mac: HeadlessMac) -> None:
    request(disk_mac, FileOperation.READ, b"Diary")
    state = save_board(disk_mac.board)
    disk_mac.board.disk.perform()
    restore_board(disk_mac.board, state)
    assert disk_mac.board.disk.result()[0] == FileResult.IN_PROGRESS
    disk_mac.board.disk.perform()
    assert disk_mac.board.disk.result()[:2] == (FileResult.DONE, 4)
    assert disk_mac.memory.read_bytes(0x5000, 4) == b"old!"


def test_request_to_write_that_was_in_progress_never_makes_a_document_older(
    disk_mac: HeadlessMac, tmp_path: Path
) -> None:
    request(disk_mac, FileOperation.WRITE, b"Diary")
    state = save_board(disk_mac.board)
    disk_mac.board.disk.perform()
    assert (tmp_path / "Diary").read_bytes() == b"new!"
    (tmp_path / "Diary").write_bytes(b"newer still")
    restore_board(disk_mac.board, state)
    assert disk_mac.board.disk.result()[0] == FileResult.IO_ERROR & 0xFFFF_FFFF
    assert Interrupt.FILE in disk_mac.board.interrupts.save().pending
    disk_mac.board.disk.perform()
    assert (tmp_path / "Diary").read_bytes() == b"newer still"


def test_answer_that_the_guest_has_not_taken_comes_back(disk_mac: HeadlessMac) -> None:
    request(disk_mac, FileOperation.READ, b"Diary")
    disk_mac.board.disk.perform()
    state = disk_mac.save_state()
    disk_mac.reset()
    disk_mac.load_state(state)
    assert disk_mac.board.disk.result()[:2] == (FileResult.DONE, 4)

"""Servers in C that behave as existing ones do, or wrongly, connected to a Mac that plays a tone."""

from __future__ import annotations

import contextlib
import mmap
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.ipc import CommandCode, EmulatorConnection, MachineCommand, Ping, State
from support.bridge_process import running_bridge
from support.guest_memory import GuestMemory
from support.moof_process import emulator_command
from support.sound_window import Format, IpcDriver, Play, SoundWindow
from support.waiting import wait_until

COMMAND_KEY, OPTION_KEY, F_KEY = 0x37, 0x3A, 0x03
SECOND = 60  # ticks, nearly
MOST_OF_IT = 0.98  # of the picture; some of it moves
TIMEOUT = 30.0

A_PING = "04" + "00" * 3 + "77" + "00" * 27
GOOD = ("connect", "both", "see", "sound", "960", "882", "see")
VARIANTS = {
    "a byte at a time": "connect both bytewise see sound 960 882 keys 6 see",
    "fifty messages in one write": "connect both keys 50 requests 50 960 see sound 960 882",
    "only the first descriptor": "connect first see sound 960 882 poll",
    "no descriptor, frame_count alone": "connect none see see see sound 960 882 sound 960 882",
    "polls, never reads an eventfd": "connect both poll poll poll sound 960 882 poll",
    "sound in other sizes": "connect both sound 480 441 sound 441 405 sound 1 0 sound 0xFFFF 960 "
    "sound 0xFFFFFFFF 960 requests 1 0 see sound 960 882",
    "requests in bursts": "connect both requests 7 960 see requests 300 1 requests 3 0 requests 3 0xFFFFFFFF "
    "see sound 960 882",
    "never takes sound, then does": "connect both full see sound 960 882 full sound 960 882",
    "reserved fields and flags without a meaning": "connect both raw 01fe0102058001ff raw 06ff0000010000ff "
    "raw 0300ffff04ffffff raw 0300ffff05ffffff see sound 960 882",
    "values without a meaning": "connect both raw 0301000009000000 raw 0101000080000000 raw 06000000ff000000 "
    "raw 020000000080008000ffffffffffffffffffffffffffffff see sound 960 882",
    "an unknown message": "connect both keys 3 raw 0000000000000000 gone",
    "another protocol": "connect both raw 474554202f20485454502f312e310d0a gone",
    "descriptors of its own": "connect both descriptors descriptors see",
    "leaves at once": "connect both",
    "leaves in the middle of a message": "connect both raw 0210000001000200ff raw 00",
    "an index that is none": "connect both set audio_frame_read_idx 7 requests 9 960 see "
    "set audio_frame_read_idx 0xFFFFFFFF requests 9 960 see caught-up sound 960 882",
    "leaves an index that is none": "connect both full set audio_frame_read_idx 7",
    "the emulator's own indices": "connect both set write_index 9 set ready_index 0xFFFFFFFF "
    "set frame_count 5 set audio_frame_write_idx 0xFFFFFFFF see sound 960 882",
    "the emulator's own description": "connect both set frame_ready_eventfd 0 set state 99 set width 0xFFFF "
    "set pixel_format 5 set version 3 set pid 1 set magic 0 set ping_sequence 1",
    "waits for frames of a picture that does not change": "connect both raw 0300000004000000 still 2 "
    "raw 0300000005000000 see",
    "an unrequested capture": "connect both set capture_trigger 1 sound 960 882 set capture_trigger 0",
    "eventfds that block and are full": "connect both brim see see sound 960 882",
    "truncates everything": f"connect both see truncate 0 raw {A_PING} mended see",
    "truncates the pixels": "connect both truncate 4096 see",
    "truncates, and leaves at once": "connect both truncate 0",
    "truncates and grows again": "connect both truncate 100 truncate 24898880 see truncate 99999999",
}


@dataclass
class Mac:
    """`moof emulator`, its memory, and the program that is its server."""

    process: subprocess.Popen[str]
    memory: GuestMemory
    program: str

    def server(self, *steps: str) -> subprocess.Popen[str]:
        """Start a server that performs these steps; it reads lines from stdin and prints the steps' names."""
        return subprocess.Popen(
            [self.program, str(self.process.pid), *steps],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def serves(self, *steps: str) -> None:
        """Perform the steps to their end."""
        with self.server(*steps) as server:
            output, errors = server.communicate(timeout=TIMEOUT)
            assert (server.returncode, errors) == (0, ""), output.splitlines()

    @property
    def ticks(self) -> int:
        """Return how many ticks the guest has counted."""
        return self.memory.u32(GuestMemory.TICKS)

    def holds(self, code: int) -> bool:
        """Return whether this key is down for the guest."""
        return self.memory.key_is_down(code)

    def descriptors(self) -> int:
        """Return how many the emulator has."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def play_a_tone(window: SoundWindow) -> None:
    window.choose(Format(44100))
    window.play(Play.TONE_440)


def newest(connection: EmulatorConnection, sequence: int | None = None) -> NDArray[np.uint8]:
    """Return the pixels of the newest frame, or of the first that carries this echo."""
    while (frame := connection.frames.latest()) is None or (
        sequence is not None and (frame.ping is None or frame.ping.sequence != sequence)
    ):
        assert select.select([connection.frame_fd], [], [], TIMEOUT)[0]
    return frame.pixels.copy()


def obey(connection: EmulatorConnection, command: CommandCode, state: State) -> None:
    """Send the command repeatedly: it may be dropped while other servers wait."""

    def obeyed() -> bool:
        if connection.segment.state is state:
            return True
        connection.send(MachineCommand(command))
        return False

    wait_until(obeyed, f"the Mac to be {state.name}")


@contextlib.contextmanager
def running_mac(program: str, folder: Path) -> Iterator[Mac]:
    """A Mac that shows its Sound window and plays, without a server."""
    file = folder / "memory"
    command = emulator_command("--memory-file", str(file))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        try:
            with file.open("rb") as opened:
                memory = mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ)
            with memory:
                with EmulatorConnection.connect(process.pid, TIMEOUT) as connection:
                    play_a_tone(SoundWindow(IpcDriver(connection, GuestMemory(memory))))
                yield Mac(process, GuestMemory(memory), program)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(TIMEOUT) == 0


@pytest.fixture(scope="module")
def mac(compile_c: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mac]:
    """The Mac of all tests in this module."""
    with running_mac(compile_c("server_variants"), tmp_path_factory.mktemp("mac")) as mac:
        yield mac


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_server_is_served_and_so_is_the_next_one(mac: Mac, name: str) -> None:
    before = mac.descriptors()
    mac.serves(*VARIANTS[name].split())
    mac.serves(*GOOD)
    wait_until(lambda: mac.descriptors() <= before, "every descriptor to be closed")
    assert mac.process.poll() is None


def test_picture_is_complete_after_a_server_that_truncated_the_segment(mac: Mac) -> None:
    with EmulatorConnection.connect(mac.process.pid, TIMEOUT) as connection:
        before = newest(connection)
    for size in ("100", "4096", "15000000"):
        mac.serves("connect", "both", "truncate", size, "see")
        mac.serves("connect", "both", "see")  # which waits for a restored segment
        with EmulatorConnection.connect(mac.process.pid, TIMEOUT) as connection:
            for sequence in (1001, 1002, 1003):  # each slot
                connection.send(Ping(sequence, 1, 2))
                after = newest(connection, sequence)
                assert (after == before).mean() > MOST_OF_IT


def test_stopped_server_does_not_block_the_mac_and_goes_on_reading(mac: Mac) -> None:
    with mac.server("connect", "both", "sound", "960", "882", "full", "stop", "see", *GOOD[2:]) as server:
        os.waitid(os.P_PID, server.pid, os.WSTOPPED)
        since = mac.ticks
        wait_until(lambda: mac.ticks > since + SECOND, "a second of the Mac's time")
        server.send_signal(signal.SIGCONT)
        _, errors = server.communicate(timeout=TIMEOUT)
        assert (server.returncode, errors) == (0, "")


def test_second_server_waits_and_finds_a_restored_segment(mac: Mac) -> None:
    held = ("key", str(COMMAND_KEY), "1", "key", str(OPTION_KEY), "1")
    first = mac.server("connect", "both", *held, "raw", "0210000001000200", "wait")
    with first:
        wait_until(lambda: mac.holds(COMMAND_KEY) and mac.holds(OPTION_KEY), "the keys to be held")
        with mac.server("connect", "both", "see", "key", str(F_KEY), "1", "wait", *GOOD[2:]) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "connect\n"
            assert first.poll() is None
            assert select.select([second.stdout], [], [], 0)[0] == [], "it has to wait"
            first.communicate(timeout=TIMEOUT)
            assert second.stdout.readline() == "see\n"
            wait_until(lambda: mac.holds(F_KEY), "its key")
            assert not mac.holds(COMMAND_KEY)
            assert not mac.holds(OPTION_KEY)
            _, errors = second.communicate("\n", timeout=TIMEOUT)
            assert (second.returncode, errors) == (0, "")
    wait_until(lambda: not mac.holds(F_KEY), "its key to be released")


def test_still_picture_of_a_bridge_is_published_again(
    compile_c: Callable[[str], str], tmp_path: Path
) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        running.connection.close()
        program, pid = compile_c("server_variants"), str(running.process.pid)
        subprocess.run([program, pid, "connect", "both", "still", "2"], check=True, timeout=TIMEOUT)


def test_many_resets(mac: Mac) -> None:
    mac.serves("connect", "both", "resets", "3000")
    mac.serves("connect", "both", "see")
    with EmulatorConnection.connect(mac.process.pid, TIMEOUT) as connection:
        obey(connection, CommandCode.STOP, State.STOPPED)
        obey(connection, CommandCode.START, State.RUNNING)
        play_a_tone(SoundWindow(IpcDriver(connection, mac.memory)))
    mac.serves(*GOOD)

"""A Mac that is recorded, and another one that plays the recording, each in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moof.ipc import EmulatorConnection, Key, MachineCommand, State
from moof.ipc.messages import CommandCode
from moof.mac.adb import KeyEvent
from moof.mac.recording import read_recording_file
from support.waiting import wait_until

DEADLINE = 30.0


@contextmanager
def connected(*words: str | Path) -> Iterator[EmulatorConnection]:
    """Start a Mac's process, and yield a server's connection."""
    command = [sys.executable, "-m", "moof.mac_process", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("ready ")
            with EmulatorConnection.connect(process.pid, DEADLINE) as connection:
                yield connection
            process.terminate()
            assert process.wait(DEADLINE) == 0
        finally:
            process.kill()


def record(rom: Path, recording: Path) -> None:
    """Record a Mac in which a key is pressed."""
    nothing = ("--xpram", "none", "--documents", "none", "--states", "none", "--ram", "1")
    with connected("--rom", rom, "--record", recording, *nothing) as connection:
        wait_until(lambda: connection.segment.state is State.RUNNING, "the Mac")
        wait_until(lambda: recording.stat().st_size, "the state in the recording")
        connection.send(Key(5, True))
        wait_until(lambda: b'"key",5,true' in recording.read_bytes(), "the key in the recording")


def test_a_recorded_mac_is_played_and_takes_no_input(probe_file: Path, tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    record(probe_file, recording)
    found = read_recording_file(recording)
    assert found.whole
    assert found.events[0][1] == KeyEvent(5, True, 0)
    with connected("--replay", recording) as connection:
        wait_until(lambda: connection.segment.state is State.PAUSED, "the end")
        connection.send(Key(6, True))
        connection.send(MachineCommand(CommandCode.RESET))
        wait_until(lambda: connection.segment.state is State.RUNNING, "the next time")


def test_a_damaged_recording_is_said(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.write_bytes(b"text")
    command = [sys.executable, "-m", "moof.mac_process", "--replay", str(recording)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, "no recording" in ended.stderr) == (78, True)

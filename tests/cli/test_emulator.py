"""`moof emulator` as a process."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.process import EXIT_STATUS_CANNOT_RUN
from support.moof_process import emulator_command

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("words", "explanation"),
    [
        (["--size", "800x600"], "1024x768"),
        (["--audio", "alsa"], "contract or sdl"),
        (["--depth", "24"], "32 bits per pixel"),
        (["--rom", "/nonexistent/mac.rom"], "there is no such file"),
    ],
)
def test_a_wrong_option_is_explained(moof_command: MoofCommand, words: list[str], explanation: str) -> None:
    answer = moof_command("emulator", *words)
    assert answer.returncode == EXIT_STATUS_CANNOT_RUN
    assert explanation in " ".join(answer.stderr.split())


def test_error_for_another_rom_mentions_the_bridge(moof_command: MoofCommand, tmp_path: Path) -> None:
    rom = tmp_path / "some.rom"
    rom.write_bytes(bytes(range(256)) * 2048)
    answer = moof_command("emulator", "--rom", str(rom), "--xpram", "none", "--documents", "none")
    assert answer.returncode == EXIT_STATUS_CANNOT_RUN
    assert "bridge" in answer.stderr


def test_emulator_prints_how_to_connect_and_removes_its_files() -> None:
    command = emulator_command()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        ready = emulator.stdout.readline().split()
        segment = Path("/dev/shm") / f"macemu-video-{emulator.pid}"
        socket = Path(f"/tmp/macemu-{emulator.pid}.sock")
        assert ready == ["ready", f"pid={emulator.pid}", f"shm=/{segment.name}", f"socket={socket}"]
        assert segment.exists()
        assert socket.exists()
        emulator.send_signal(signal.SIGINT)
        assert emulator.wait(30) == 0
    assert not segment.exists()
    assert not socket.exists()

"""The commands as a person types them, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import moof
from moof.cli import MacFlags


def moof_command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "moof", *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_without_a_command_it_says_what_there_is() -> None:
    answer = moof_command()
    assert answer.returncode == 0
    for command in ("run", "serve", "emulator"):
        assert command in answer.stdout


def test_version() -> None:
    assert moof_command("--version").stdout.strip() == f"moof {moof.__version__}"


@pytest.mark.parametrize(
    ("words", "explanation"),
    [
        (["--size", "800x600"], "1024x768"),
        (["--depth", "24"], "32 bits per pixel"),
        (["--rom", "/nonexistent/mac.rom"], "there is no such file"),
    ],
)
def test_a_wrong_option_is_explained(words: list[str], explanation: str) -> None:
    answer = moof_command("emulator", *words)
    assert answer.returncode == 2
    assert explanation in " ".join(answer.stderr.split())


def test_an_unknown_codec_is_explained() -> None:
    answer = moof_command("serve", "--codec", "mpeg1", "--http-port", "0", "--signaling-port", "0")
    assert answer.returncode == 2
    assert "h264" in answer.stderr


def test_somebody_elses_rom_is_sent_to_the_bridge(tmp_path: Path) -> None:
    rom = tmp_path / "some.rom"
    rom.write_bytes(bytes(range(256)) * 2048)
    answer = moof_command("emulator", "--rom", str(rom), "--xpram", "none")
    assert answer.returncode == 2
    assert "bridge" in answer.stderr


def test_the_macs_flags_travel_to_its_process() -> None:
    flags = MacFlags(rom=None, ram=16, size="640x480", depth=4, xpram="none", memory_file=Path("/tmp/memory"))
    command = flags.command(verbose=True)
    assert command[:4] == [sys.executable, "-m", "moof", "emulator"]
    assert " ".join(command[4:]) == (
        "--ram 16 --size 640x480 --depth 4 --xpram none --memory-file /tmp/memory --verbose"
    )
    assert flags.width_height == (640, 480)


def test_a_size_that_no_mac_has_ends_the_command() -> None:
    with pytest.raises(typer.Exit):
        MacFlags(size="1x1")


def test_the_emulator_says_how_to_connect_and_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "moof", "emulator", "--xpram", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        assert emulator.stdout is not None
        ready = emulator.stdout.readline().split()
        segment = Path("/dev/shm") / f"macemu-video-{emulator.pid}"
        socket = Path(f"/tmp/macemu-{emulator.pid}.sock")
        assert ready == ["ready", f"pid={emulator.pid}", f"shm=/{segment.name}", f"socket={socket}"]
        assert segment.exists()
        assert socket.exists()
        emulator.send_signal(signal.SIGINT)
        assert emulator.wait(10) == 0
    assert not segment.exists()
    assert not socket.exists()

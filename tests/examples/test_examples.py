"""The examples, run as processes, do what their README says."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moof.ipc import AudioFrame, AudioRequest, EmulatorConnection, Mouse

EXAMPLES = Path(__file__).parents[2] / "examples"
A4 = 440.0


@pytest.fixture
def theremin() -> Iterator[int]:
    """Run a theremin, ended by SIGINT; yield its pid."""
    command = [sys.executable, str(EXAMPLES / "theremin.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(f"ready pid={process.pid} ")
        yield process.pid
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def wait_readable(fd: int | None) -> None:
    assert fd is not None
    assert select.select([fd], [], [], 30)[0], "the theremin does not answer"


def ask(connection: EmulatorConnection, samples: int) -> AudioFrame:
    connection.send(AudioRequest(samples))
    wait_readable(connection.audio_fd)
    frame = connection.audio.read()
    assert frame is not None
    return frame


def wait_for_line(connection: EmulatorConnection, row: int) -> None:
    """Wait for a picture with a black line in this row and paper below it."""
    while True:
        wait_readable(connection.frame_fd)
        frame = connection.frames.latest()
        if frame is not None and not frame.pixels[row, :, :3].any():
            assert frame.pixels[row + 1, 0, :3].all()
            return


def test_the_theremin_draws_and_plays_the_mouse_position(theremin: int) -> None:
    with EmulatorConnection.connect(theremin, timeout=30) as connection:
        connection.send(Mouse(320, 120, buttons=0, absolute=True))  # two octaves above 110 Hz
        sound = b"".join(ask(connection, 960).data for _ in range(50))
        wait_for_line(connection, 120)
    samples = np.frombuffer(sound, ">i2").astype(float)
    assert np.argmax(np.abs(np.fft.rfft(samples))) == A4  # one second: a bin is 1 Hz wide
    assert 5000 < samples.max() < 7000


def test_a_snapshot_equals_the_emulators_picture(theremin: int, tmp_path: Path) -> None:
    target = tmp_path / "theremin.png"
    subprocess.run(
        [sys.executable, str(EXAMPLES / "snapshot.py"), str(target), str(theremin)], check=True, timeout=30
    )
    picture = np.asarray(Image.open(target))
    assert picture.shape == (480, 640, 3)
    assert not picture[240].any()
    assert not picture[:, 320].any()


def test_a_snapshot_of_no_emulator_prints_an_error(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "snapshot.py"), str(tmp_path / "no.png"), "999999999"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "999999999" in done.stderr
    assert "Traceback" not in done.stderr

"""A tap records while the trigger is set, up to its limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from moof.capture import tap as taps
from moof.capture.tap import Tap, is_capture_folder
from moof.capture.wavfile import read_wav
from moof.ipc import EmulatorEnd, Segment, capture_path

TONE = np.arange(960 * 2, dtype=np.int16).reshape(960, 2)


@pytest.fixture
def segment() -> Iterator[Segment]:
    with EmulatorEnd.create() as end:
        yield end.segment


@pytest.fixture
def folder(segment: Segment) -> Iterator[Path]:
    path = capture_path(segment.pid)
    path.mkdir(mode=0o700)
    yield path
    for file in path.iterdir():
        file.unlink()
    path.rmdir()


def finish(segment: Segment, tap: Tap) -> None:
    """Clear the trigger and wait until the tap has written."""
    segment.write("capture_trigger", 0)
    tap.watch(segment)
    for thread in threading.enumerate():
        if thread.name.startswith("capture-"):
            thread.join(30)


def test_nothing_is_recorded_until_the_trigger_is_set(segment: Segment, folder: Path) -> None:
    tap = Tap("mac")
    for trigger in (0, 1):
        segment.write("capture_trigger", trigger)
        tap.watch(segment)
        tap.take(44_100, 2, TONE)
    finish(segment, tap)
    tap.take(44_100, 2, TONE)
    sound = read_wav(folder / "mac.wav")
    assert np.array_equal(sound.samples, TONE)
    assert sound.rate == 44_100


def test_another_format_is_another_file(segment: Segment, folder: Path) -> None:
    tap = Tap("server")
    segment.write("capture_trigger", 1)
    for rate, channels in ((22_254, 1), (22_254, 1), (48_000, 2)):
        tap.watch(segment)
        tap.take(rate, channels, TONE[:, :channels].astype(">i2").tobytes())
    finish(segment, tap)
    assert sorted(file.name for file in folder.iterdir()) == ["server-2.wav", "server.wav"]
    assert len(read_wav(folder / "server.wav").samples) == 2 * 960
    assert np.array_equal(read_wav(folder / "server-2.wav").samples, TONE)


def test_recording_stops_at_its_limit(
    segment: Segment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taps, "LIMIT_BYTES", 5 * TONE.nbytes)
    tap = Tap("encoded")
    segment.write("capture_trigger", 1)
    for _ in range(20):
        tap.watch(segment)
        tap.take(48_000, 2, TONE)
    finish(segment, tap)
    assert len(read_wav(folder / "encoded.wav").samples) == 5 * 960


def test_an_emulator_that_ends_ends_the_capture(folder: Path, segment: Segment) -> None:
    tap = Tap("mac")
    segment.write("capture_trigger", 1)
    tap.watch(segment)
    tap.take(48_000, 2, TONE)
    segment.close()
    tap.watch(segment)
    for thread in threading.enumerate():
        if thread.name == "capture-mac":
            thread.join(30)
    assert (folder / "mac.wav").exists()


def test_folder_of_another_user_is_not_written_into(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert is_capture_folder(private)
    link = tmp_path / "link"
    link.symlink_to(private)
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert not any(map(is_capture_folder, (link, shared, tmp_path / "missing")))

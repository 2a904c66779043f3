"""A capture from setting the trigger to the files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from moof.capture.gather import CaptureError, gather
from moof.capture.tap import Tap
from moof.ipc import EmulatorEnd, capture_path


def test_every_layer_with_sound_writes_a_file(tmp_path: Path) -> None:
    with EmulatorEnd.create() as end:
        taps = {layer: Tap(layer) for layer in ("encoded", "mac", "server")}

        def play(seconds: float) -> None:
            assert seconds == 2.5
            assert end.segment.read("capture_trigger") == 1
            for layer, tap in taps.items():
                tap.watch(end.segment)
                if layer != "server":
                    tap.take(48_000, 2, np.ones((960, 2), np.int16))

        files = gather(os.getpid(), 2.5, tmp_path / "here", play)
        assert [file.name for file in files] == ["mac.wav", "encoded.wav"]
        assert all(file.parent == tmp_path / "here" for file in files)
        assert end.segment.read("capture_trigger") == 0
        assert not capture_path(os.getpid()).exists()


def test_interrupt_clears_the_trigger(tmp_path: Path) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    with EmulatorEnd.create() as end:
        with pytest.raises(KeyboardInterrupt):
            gather(os.getpid(), 1, tmp_path, interrupt)
        assert end.segment.read("capture_trigger") == 0
        assert not capture_path(os.getpid()).exists()


def test_second_capture_and_missing_emulator_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="cannot be captured"):
        gather(os.getpid(), 1, tmp_path, lambda seconds: None)
    with EmulatorEnd.create():
        path = capture_path(os.getpid())
        path.mkdir(mode=0o700)
        try:
            with pytest.raises(CaptureError, match="another capture"):
                gather(os.getpid(), 1, tmp_path, lambda seconds: None)
        finally:
            path.rmdir()

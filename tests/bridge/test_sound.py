"""A real program's sound, through SDL and PulseAudio's own library: every sample, once, in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bridged import bridged, wait_until


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [("S16BE", 44100, 2), ("U8", 11025, 1), ("S16LE", 48000, 1), ("F32", 22050, 2)],
)
def test_a_ramp_comes_without_a_gap(tmp_path: Path, name: str, rate: int, channels: int) -> None:
    with bridged(tmp_path, "--play", name, "--rate", str(rate), "--channels", str(channels)) as running:
        running.wait_for_size(320, 200)
        wait_until(lambda: running.record(200).any(), "sound")
        heard = running.record(rate * 2).astype(int)
        steps = np.diff(heard if name != "U8" else heard >> 8)
        wrap = {"U8": 256, "F32": 30000}.get(name, 65536)
        assert set(np.unique(steps % wrap)) == {1}
        assert running.connection.segment.read("audio_sample_rate") == rate
        assert running.connection.segment.read("audio_channels") == channels


def test_a_program_that_nobody_listens_to_can_end(tmp_path: Path) -> None:
    with bridged(tmp_path, "--play", "S16LE", "--samples", "4410") as running:
        running.wait_for_size(320, 200)
        running.press(0x0C)  # q
        assert running.process.wait(10) == 0

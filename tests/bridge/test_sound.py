"""A real program's sound, through SDL and PulseAudio's own library: every sample, once, in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from bridged import Bridged, bridged
from numpy.typing import NDArray

FORMATS = [
    *(("S16BE", 44100, 2), ("U8", 11025, 1), ("S16BE", 22050, 1), ("U8", 22255, 1), ("S16BE", 48000, 1)),
    *(("U8", 48000, 2), ("S16BE", 11025, 2), ("U8", 44100, 1), ("S16LE", 48000, 1), ("F32", 22050, 2)),
]
"""Names, rates, channels; no two in a row look alike."""
KEY_N, KEY_Q = 0x2D, 0x0C
TRIES = 8


def whole(heard: NDArray[np.int16], name: str) -> bool:
    """Whether the ramp, once it has begun, goes on by one from sample to sample."""
    values = np.trim_zeros(heard.astype(int), "f")
    if values.size <= heard.size // 2:
        return False
    values, wrap = (values >> 8, 256) if name == "U8" else (values, 30000 if name == "F32" else 65536)
    return set(np.diff(values) % wrap) == {1}


def check(running: Bridged, name: str, rate: int, channels: int, seconds: float) -> None:
    """Listen in that format until every sample comes.

    What a busy machine does to a particular stretch is bench/bridge.py's subject; here one must be whole.
    """
    stretches = (running.record(round(rate * seconds), rate, channels) for _ in range(TRIES))
    assert any(whole(heard, name) for heard in stretches), f"no stretch of {name} at {rate} Hz was whole"
    assert running.connection.segment.read("audio_sample_rate") == rate
    assert running.connection.segment.read("audio_channels") == channels


def test_a_ramp_comes_without_a_gap(tmp_path: Path) -> None:
    with bridged(tmp_path, "--play", "S16BE:44100:1") as running:
        running.wait_for_size(320, 200)
        check(running, "S16BE", 44100, 1, seconds=3.0)


def test_a_program_may_close_its_sound_and_open_it_in_another_format(tmp_path: Path) -> None:
    formats = ",".join(f"{name}:{rate}:{channels}" for name, rate, channels in FORMATS)
    with bridged(tmp_path, "--play", formats) as running:
        running.wait_for_size(320, 200)
        for name, rate, channels in FORMATS:
            check(running, name, rate, channels, seconds=0.25)
            running.press(KEY_N)


def test_a_program_that_nobody_listens_to_can_end(tmp_path: Path) -> None:
    with bridged(tmp_path, "--play", "S16LE:44100:1", "--samples", "4410") as running:
        running.wait_for_size(320, 200)
        running.press(KEY_Q)
        assert running.process.wait(10) == 0

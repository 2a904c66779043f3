"""WAV files: written, read, refused."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from moof.capture.wavfile import WavError, read_wav, write_wav


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_written_is_read(tmp_path: Path, channels: int) -> None:
    samples = np.random.default_rng(2).integers(-32768, 32768, (1000, channels)).astype(np.int16)
    write_wav(tmp_path / "a.wav", 22_254, samples)
    sound = read_wav(tmp_path / "a.wav")
    assert np.array_equal(sound.samples, samples)
    assert float(sound.rate) == pytest.approx(22_254.5454, abs=1e-3)
    assert sound.seconds == pytest.approx(1000 / 22_254.5454)
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


def test_other_files_are_refused_with_a_reason(tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound at all")
    with wave.open(str(tmp_path / "bytes.wav"), "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
    for path in (text, tmp_path / "missing.wav", tmp_path / "bytes.wav"):
        with pytest.raises(WavError, match=path.name):
            read_wav(path)

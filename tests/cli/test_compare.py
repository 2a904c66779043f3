"""`moof compare` and `moof capture` as processes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from moof.capture.wavfile import write_wav

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_a_comparison_is_printed_and_drawn(moof_command: MoofCommand, tmp_path: Path) -> None:
    samples = np.random.default_rng(3).integers(-9000, 9000, (48_000, 2)).astype(np.int16)
    write_wav(tmp_path / "a.wav", 48_000, samples)
    write_wav(tmp_path / "b.wav", 48_000, samples[480:])
    picture = tmp_path / "lag.svg"
    answer = moof_command("compare", str(tmp_path / "a.wav"), str(tmp_path / "b.wav"), "--plot", str(picture))
    assert answer.returncode == 0
    assert "480 samples (10.00 ms)" in answer.stdout
    assert "identical" in answer.stdout
    assert "breaks      0" in answer.stdout
    assert picture.read_text().startswith("<svg")


def test_invalid_file_is_explained(moof_command: MoofCommand, tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("hello")
    answer = moof_command("compare", str(text), str(text))
    assert answer.returncode == 2
    assert "not a readable WAV file" in " ".join(answer.stderr.split())


def test_capturing_another_process_is_explained(moof_command: MoofCommand, tmp_path: Path) -> None:
    answer = moof_command("capture", str(tmp_path), "--target-pid", "1", "--seconds", "0.1")
    assert answer.returncode == 2
    assert "cannot be captured" in " ".join(answer.stderr.split())

"""`moof capture` as a user types it; captures of real sound are in tests/e2e/test_capture.py."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer

from moof.capture import gather
from moof.capture.wavfile import write_wav
from moof.cli.capture import capture

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_missing_emulator_is_explained(moof_command: MoofCommand, tmp_path: Path) -> None:
    answer = moof_command("capture", str(tmp_path), "--target-pid", "999999999")
    assert answer.returncode == 2
    assert "999999999" in answer.stderr


def test_files_are_listed_with_their_layer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page-1.wav"
    write_wav(file, 48_000, np.zeros((24_000, 2), np.int16))
    monkeypatch.setattr(gather, "gather", lambda pid, seconds, folder, wait: [file])
    capture(tmp_path, 1.0, None)
    assert capsys.readouterr().out == f"{file}  48000 Hz, 2 ch, 0.50 s: {gather.LAYERS['page']}\n"


def test_capture_without_sound_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gather, "gather", lambda pid, seconds, folder, wait: [])
    with pytest.raises(typer.Exit):
        capture(tmp_path, 1.0, None)

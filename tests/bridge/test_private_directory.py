"""The directory of one bridge: private, removed afterwards, as are those of killed bridges."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from moof.bridge.private_directory import private_directory


def test_directory_is_private_and_removed(tmp_path: Path) -> None:
    with private_directory(tmp_path) as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "file").touch()
    assert list(tmp_path.iterdir()) == []


def test_directory_is_removed_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="odd"), private_directory(tmp_path):
        raise RuntimeError("odd")
    assert list(tmp_path.iterdir()) == []


def test_only_directories_of_killed_bridges_are_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    orphan = tmp_path / f"moof-bridge-{ended.pid}-abc"
    others = [tmp_path / f"moof-bridge-{os.getpid()}-abc", tmp_path / "moof-bridge-x", tmp_path / "documents"]
    for path in (orphan, *others):
        path.mkdir()
    with private_directory(tmp_path):
        assert not orphan.exists()
        assert all(path.exists() for path in others)


def test_directory_is_in_the_runtime_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with private_directory() as directory:
        assert directory.parent == tmp_path


def test_a_runtime_directory_with_a_relative_name_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", "run")
    with private_directory() as directory:
        assert directory.is_absolute()

"""The directory of one bridge: nobody else's, gone afterwards, and what killed bridges left goes with it."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from moof.bridge.private_directory import private_directory


def test_it_is_ours_alone_and_is_removed(tmp_path: Path) -> None:
    with private_directory(tmp_path) as directory:
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        (directory / "file").touch()
    assert list(tmp_path.iterdir()) == []


def test_it_is_removed_whatever_happens_in_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="odd"), private_directory(tmp_path):
        raise RuntimeError("odd")
    assert list(tmp_path.iterdir()) == []


def test_what_killed_bridges_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    orphan = tmp_path / f"moof-bridge-{ended.pid}-abc"
    others = [tmp_path / f"moof-bridge-{os.getpid()}-abc", tmp_path / "moof-bridge-x", tmp_path / "documents"]
    for path in (orphan, *others):
        path.mkdir()
    with private_directory(tmp_path):
        assert not orphan.exists()
        assert all(path.exists() for path in others)


def test_it_lies_where_the_user_has_such_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with private_directory() as directory:
        assert directory.parent == tmp_path

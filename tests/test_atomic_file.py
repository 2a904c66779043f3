import os
import stat
from pathlib import Path

import pytest

from moof.atomic_file import replace_file


def test_a_new_file_is_private(tmp_path: Path) -> None:
    file = tmp_path / "file"
    replace_file(file, b"one", backup=tmp_path / "kept")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"one", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_the_old_text_is_kept_and_so_is_the_mode(tmp_path: Path) -> None:
    file, kept = tmp_path / "file", tmp_path / "kept"
    file.write_bytes(b"one")
    file.chmod(0o640)
    for text in (b"two", b"three"):
        replace_file(file, text, backup=kept)
    assert (file.read_bytes(), kept.read_bytes()) == (b"three", b"two")
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "kept"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"one")
    (tmp_path / "link").symlink_to("target")
    replace_file(tmp_path / "link", b"two")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"two"


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, os.strerror(28))

    file = tmp_path / "file"
    file.write_bytes(b"one")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(file, b"two", backup=tmp_path / "kept")
    assert file.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_file_is_synced_before_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(stat.S_ISDIR(os.fstat(fd).st_mode)))
    replace_file(tmp_path / "file", b"one")
    assert synced == [False, True]

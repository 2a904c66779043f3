"""Files of an open folder: replaced whole, and no link leads out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.folder_files import (
    move_entry,
    names_in,
    open_folder,
    read_entry,
    remove_unfinished,
    status_of,
    write_entry,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    with open_folder(tmp_path) as fd:
        yield fd


def test_write_replaces_and_keeps_the_mode(folder: int, tmp_path: Path) -> None:
    write_entry(folder, "a", b"one", replace=False)
    (tmp_path / "a").chmod(0o640)
    write_entry(folder, "a", b"two", replace=True)
    assert (tmp_path / "a").read_bytes() == b"two"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert names_in(folder) == ["a"]


def test_write_without_replace_keeps_what_is_there(folder: int, tmp_path: Path) -> None:
    write_entry(folder, "a", b"one", replace=False)
    with pytest.raises(FileExistsError):
        write_entry(folder, "a", b"two", replace=False)
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names_in(folder) == ["a"]


def test_links_are_not_followed(folder: int, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_bytes(b"secret")
    (tmp_path / "link").symlink_to(outside)
    assert status_of(folder, "link") is None
    with pytest.raises(OSError, match="symbolic"):
        read_entry(folder, "link", 100)
    write_entry(folder, "link", b"mine", replace=True)
    assert outside.read_bytes() == b"secret"
    assert (tmp_path / "link").read_bytes() == b"mine"
    (tmp_path / "folder").symlink_to(tmp_path.parent)
    with pytest.raises(OSError, match="directory"), open_folder("folder", folder):
        pass


def test_pipes_and_folders_are_no_files(folder: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "sub").mkdir()
    assert status_of(folder, "pipe") is None
    assert status_of(folder, "sub") is None
    with pytest.raises(OSError, match="Invalid"):
        read_entry(folder, "pipe", 100)


def test_move_refuses_a_taken_name_unless_told(folder: int, tmp_path: Path) -> None:
    write_entry(folder, "a", b"a", replace=False)
    write_entry(folder, "b", b"b", replace=False)
    with pytest.raises(FileExistsError):
        move_entry(folder, "a", folder, "b")
    move_entry(folder, "a", folder, "c")
    move_entry(folder, "c", folder, "b", replace=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b": b"a"}


SAVE_FOREVER = """
import sys
from pathlib import Path
from moof.folder_files import open_folder, write_entry
with open_folder(Path(sys.argv[1])) as folder:
    print("ready", flush=True)
    for number in range(1_000_000):
        write_entry(folder, "document", bytes([number % 251]) * 3_000_000, replace=True)
"""


def test_kill_during_a_save_leaves_a_whole_file_and_the_rest_is_removed(folder: int, tmp_path: Path) -> None:
    write_entry(folder, "document", b"\0" * 3_000_000, replace=False)
    for attempt in range(5):
        saving = subprocess.Popen([sys.executable, "-c", SAVE_FOREVER, str(tmp_path)], stdout=subprocess.PIPE)
        assert saving.stdout is not None
        with saving, saving.stdout:
            saving.stdout.readline()
            # Any moment is a good one to be killed at.
            time.sleep(0.003 * attempt)
            saving.kill()
        found = (tmp_path / "document").read_bytes()
        assert found == found[:1] * 3_000_000
        remove_unfinished(folder)
        assert names_in(folder) == ["document"]


def test_what_another_process_is_saving_stays(folder: int, tmp_path: Path) -> None:
    unfinished = tmp_path / ".0123456789abcdef.saving"
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, 2); print(1, flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(unfinished)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        assert remove_unfinished(folder) == []
        process.stdin.close()
    assert remove_unfinished(folder) == [unfinished.name]

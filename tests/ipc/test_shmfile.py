"""Files of shared memory: their memory is reserved, and other files are not opened."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.ipc import SegmentError
from moof.ipc.shmfile import create_file, open_file, restore_file

SIZE = 1 << 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "segment"


def test_a_new_file_is_private_and_has_all_its_memory(path: Path) -> None:
    os.close(create_file(path, SIZE))
    status = path.stat()
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_size == SIZE
    assert status.st_blocks * 512 >= SIZE


def test_what_was_created_can_be_opened_but_not_created_again(path: Path) -> None:
    os.close(create_file(path, SIZE))
    os.close(open_file(path, SIZE))
    with pytest.raises(SegmentError, match="File exists"):
        create_file(path, SIZE)


def test_full_shared_memory_is_an_error_that_leaves_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(fd: int, offset: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", no_room)
    with pytest.raises(SegmentError, match="--shm-size"):
        create_file(path, SIZE)
    assert not path.exists()


def make_short(path: Path) -> None:
    path.write_bytes(bytes(SIZE - 1))


def make_long(path: Path) -> None:
    path.write_bytes(bytes(SIZE + 1))


def make_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (make_short, f"instead of {SIZE}"),
        (make_long, f"instead of {SIZE}"),
        (make_link, "Too many levels of symbolic links"),
        (os.mkfifo, "not a regular file"),
        (Path.mkdir, "Is a directory"),
        (lambda path: None, "No such file"),
    ],
    ids=["short", "long", "link", "fifo", "folder", "missing"],
)
def test_other_files_are_not_opened(path: Path, make: Callable[[Path], None], complaint: str) -> None:
    make(path)
    with pytest.raises(SegmentError, match=complaint):
        open_file(path, SIZE)


def test_files_of_others_are_not_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(create_file(path, SIZE))
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(SegmentError, match=f"belongs to user {owner}"):
        open_file(path, SIZE)


@pytest.mark.parametrize("sizes", [(0,), (4096, SIZE), (SIZE + 1,), (SIZE,)])
def test_truncated_file_is_restored(path: Path, sizes: tuple[int, ...]) -> None:
    fd = create_file(path, SIZE)
    os.pwrite(fd, b"x" * SIZE, 0)
    for size in sizes:
        os.truncate(path, size)
    restore_file(fd, SIZE)
    status = os.fstat(fd)
    assert (status.st_size, status.st_blocks * 512 >= SIZE) == (SIZE, True)
    assert path.read_bytes() == (b"x" * min(SIZE, *sizes)).ljust(SIZE, b"\0")
    os.close(fd)


def test_restoring_without_memory_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(fd: int, offset: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    fd = create_file(path, SIZE)
    os.truncate(path, 0)
    monkeypatch.setattr(os, "posix_fallocate", no_room)
    with pytest.raises(SegmentError, match="No space left"):
        restore_file(fd, SIZE)
    os.close(fd)

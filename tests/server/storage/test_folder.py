import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.storage.folder import (
    Folder,
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    checked_name,
)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_stored_file_is_listed_and_found(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "disks", 100)
    assert folder.entries() == []
    entry = await folder.store("System 7.img", chunks(b"ab", b"c"))
    assert (entry.name, entry.size) == ("System 7.img", 3)
    assert [each.name for each in folder.entries()] == ["System 7.img"]
    assert folder.file("System 7.img").read_bytes() == b"abc"
    assert [each.name for each in folder.path.iterdir()] == ["System 7.img"]


async def test_existing_file_is_replaced_only_on_request(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 100)
    await folder.store("a", chunks(b"one"))
    with pytest.raises(NameTakenError):
        await folder.store("a", chunks(b"two"))
    assert (tmp_path / "a").read_bytes() == b"one"
    await folder.store("a", chunks(b"two"), replace=True)
    assert (tmp_path / "a").read_bytes() == b"two"


async def test_failed_upload_leaves_no_file(tmp_path: Path) -> None:
    async def interrupted() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionError

    async def full() -> AsyncIterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = Folder(tmp_path, 4)
    with pytest.raises(TooLargeError):
        await folder.store("a", chunks(b"123", b"45"))
    for source in (interrupted(), full()):
        with pytest.raises(StorageFullError):
            await folder.store("a", source)
    assert [*os.scandir(tmp_path)] == []


def test_files_that_are_not_listed_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "bad\nname").touch()
    (tmp_path / "good").touch()
    folder = Folder(tmp_path, 100)
    assert [each.name for each in folder.entries()] == ["good"]
    for name in (
        "folder",
        "folder/inside",
        ".hidden",
        "broken",
        "bad\nname",
        "..",
        "../good",
        "",
        "/etc/passwd",
    ):
        with pytest.raises(NoSuchFileError):
            folder.file(name)
    with pytest.raises(FolderError, match="cannot be read"):
        Folder(tmp_path / "good", 100).entries()


@given(st.text(max_size=300))
def test_valid_name_is_directly_in_the_folder(name: str) -> None:
    try:
        checked_name(name)
    except FolderError:
        pass
    else:
        assert (Path("/disks") / name).parent == Path("/disks")
        assert Path(name).name == name


@pytest.mark.parametrize("name", ["", "..", ".a", "a/b", "a\\b", "a\0", "a\n", " a", "x" * 201, "\ud800"])
def test_invalid_names(name: str) -> None:
    with pytest.raises(FolderError):
        checked_name(name)

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.storage import folder as storage_folder
from moof.server.storage.folder import Folder, checked_name
from moof.server.storage.folder_errors import (
    FolderError,
    FolderExchangedError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    TooManyUploadsError,
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


async def test_uploads_together_do_not_exceed_the_quota(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 100, max_total=10)
    await folder.store("a", chunks(b"123456"))
    with pytest.raises(StorageFullError, match="4 bytes are left"):
        await folder.store("b", chunks(b"123", b"45"))
    await folder.store("b", chunks(b"1234"))
    assert [each.name for each in folder.entries()] == ["a", "b"]
    folder.delete("a")
    resume = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"12345"
        await resume.wait()

    storing = asyncio.create_task(folder.store("c", slow()))
    while not any(folder._uploads.values()):  # noqa: ASYNC110  a thread creates the file
        await asyncio.sleep(0.001)
    with pytest.raises(StorageFullError):
        await folder.store("d", chunks(b"12"))
    resume.set()
    await storing
    assert [each.name for each in folder.entries()] == ["b", "c"]


async def test_disk_is_not_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_folder, "_MIN_FREE", 1 << 62)
    with pytest.raises(StorageFullError, match="no room"):
        await Folder(tmp_path, 100).store("a", chunks(b"1"))
    assert [*os.scandir(tmp_path)] == []


async def test_number_of_uploads_at_a_time_is_bounded(tmp_path: Path) -> None:
    resume = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        await resume.wait()
        yield b"x"

    folder = Folder(tmp_path, 100)
    uploads = [asyncio.create_task(folder.store(str(number), waiting())) for number in range(4)]
    while len(folder._uploads) < 4:  # noqa: ASYNC110  threads create the files
        await asyncio.sleep(0.001)
    with pytest.raises(TooManyUploadsError):
        await folder.store("more", chunks(b"x"))
    uploads[0].cancel()
    resume.set()
    await asyncio.gather(*uploads, return_exceptions=True)
    await folder.store("more", chunks(b"x"))
    assert [each.name for each in folder.entries()] == ["1", "2", "3", "more"]
    assert len([*os.scandir(tmp_path)]) == 4


async def test_large_file_is_stored_whole(tmp_path: Path) -> None:
    parts = [bytes([number]) * 300_000 for number in range(10)]
    folder = Folder(tmp_path, 1 << 30)
    await folder.store("disk", chunks(*parts))
    assert (tmp_path / "disk").read_bytes() == b"".join(parts)


def test_deleted_file_is_gone_and_others_cannot_be_deleted(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "disks", 100)
    folder.path.mkdir()
    (folder.path / "a").touch()
    (tmp_path / "outside").touch()
    folder.delete("a")
    for name in ("a", "../outside", ".", "/etc/passwd"):
        with pytest.raises(NoSuchFileError):
            folder.delete(name)
    assert (tmp_path / "outside").exists()


async def test_leftovers_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".0123456789abcdef.upload").touch()
    assert Folder(tmp_path, 100).remove_leftovers() == [tmp_path / ".0123456789abcdef.upload"]


async def test_links_lead_nowhere_but_into_the_folder(tmp_path: Path) -> None:
    for name in ("disks/mac.img", "secret"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "disks/inside").symlink_to("mac.img")
    (tmp_path / "disks/outside").symlink_to("../secret")
    folder = Folder(tmp_path / "disks", 100)
    assert [each.name for each in folder.entries()] == ["inside", "mac.img"]
    with pytest.raises(NoSuchFileError):
        folder.file("outside")


async def test_folder_that_an_emulator_has_exchanged_is_not_used(tmp_path: Path) -> None:
    for name in ("mac/disks", "keys"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "keys/key").touch()
    folder = Folder(tmp_path / "mac/disks", 100)
    (tmp_path / "mac/disks").rename(tmp_path / "mac/old")
    (tmp_path / "mac/disks").symlink_to("../keys")
    for act in (folder.entries, lambda: folder.file("key"), lambda: folder.delete("key")):
        with pytest.raises(FolderExchangedError):
            act()
    with pytest.raises(FolderExchangedError):
        await folder.store("authorized_keys", chunks(b"x"))
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["key"]


async def test_reserved_files_are_neither_listed_nor_written(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "disks", 100, reserved=[tmp_path / "disks" / "prefs", tmp_path / "moof.toml"])
    with pytest.raises(FolderError, match="settings"):
        await folder.store("prefs", chunks(b"extfs /"))
    (tmp_path / "disks").mkdir(exist_ok=True)
    (tmp_path / "disks" / "prefs").write_text("")
    (tmp_path / "moof.toml").write_text("")
    (tmp_path / "disks" / "link").symlink_to(tmp_path / "moof.toml")
    (tmp_path / "disks" / "circle").symlink_to(tmp_path / "disks" / "circle")
    assert folder.entries() == []
    for name in ("prefs", "link"):
        with pytest.raises(NoSuchFileError):
            folder.delete(name)
        with pytest.raises(FolderError, match="settings"):
            await folder.store(name, chunks(b"extfs /"), replace=True)
    assert (tmp_path / "disks" / "prefs").read_text() == ""


def test_name_that_programs_take_for_an_option_is_refused() -> None:
    with pytest.raises(FolderError, match="hyphen"):
        checked_name("-rf")

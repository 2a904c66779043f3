"""The folder that is the Mac's disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.mac.documents_folder import (
    READ_ME,
    TRASH,
    DiskError,
    DocumentsFolder,
    default_documents,
    first_documents,
)
from moof.mac.errors import MacError
from moof.mac_files.apple_double import read_type_and_creator

TEXT = (b"TEXT", b"ttxt")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "documents"


@pytest.fixture
def disk(path: Path) -> DocumentsFolder:
    folder = DocumentsFolder(path)
    folder.prepare({})
    return folder


def fails_with(number: int, act: Callable[[], object]) -> bool:
    with pytest.raises(DiskError) as caught:
        act()
    return caught.value.number == number


def test_a_new_folder_has_the_read_me_and_an_old_one_is_left_alone(path: Path) -> None:
    DocumentsFolder(path).prepare(first_documents())
    assert "Welcome to Moof" in (path / READ_ME).read_text("utf-8")
    (path / READ_ME).unlink()
    (path / ".0123456789abcdef.saving").touch()
    DocumentsFolder(path).prepare(first_documents())
    assert list(path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MacError, match="cannot be kept in"):
        DocumentsFolder(tmp_path / "file" / "documents").prepare({})


def test_default_is_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_documents() == tmp_path / "moof" / "documents"


def test_a_plain_text_has_no_second_file(disk: DocumentsFolder, path: Path) -> None:
    disk.write(b"Letter", b"Dear\n", *TEXT, replace=False)
    assert [each.name for each in path.iterdir()] == ["Letter"]
    document = disk.documents()[0]
    assert (document.name, document.kind, document.creator, document.size) == (b"Letter", *TEXT, 5)
    assert disk.read(b"letter") == b"Dear\n"


def test_another_type_is_kept_beside_the_document_and_follows_it(disk: DocumentsFolder, path: Path) -> None:
    disk.write(b"Game", b"\0", b"APPL", b"wild", replace=False)
    assert read_type_and_creator((path / "._Game").read_bytes()) == (b"APPL", b"wild")
    disk.rename(b"Game", b"Old/Game")
    assert sorted(each.name for each in path.iterdir()) == ["._Old%2FGame", "Old%2FGame"]
    assert disk.documents()[0].kind == b"APPL"
    disk.trash(b"Old/Game")
    assert sorted(each.name for each in (path / TRASH).iterdir()) == ["._Old%2FGame", "Old%2FGame"]


def test_a_taken_name_is_refused_in_either_case(disk: DocumentsFolder, path: Path) -> None:
    disk.write(b"Letter", b"one", *TEXT, replace=False)
    disk.write(b"Other", b"two", *TEXT, replace=False)
    assert fails_with(errno.EEXIST, lambda: disk.write(b"LETTER", b"", *TEXT, replace=False))
    assert fails_with(errno.EEXIST, lambda: disk.rename(b"Other", b"letter"))
    disk.write(b"LETTER", b"new", *TEXT, replace=True)
    assert (path / "Letter").read_bytes() == b"new"
    disk.rename(b"Letter", b"LETTER")
    assert sorted(each.name for each in path.iterdir()) == ["LETTER", "Other"]


def test_names_that_differ_in_case_are_two_documents(disk: DocumentsFolder, path: Path) -> None:
    (path / "a").write_bytes(b"small")
    (path / "A").write_bytes(b"capital")
    assert sorted(disk.read(each.name) for each in disk.documents()) == [b"capital", b"small"]
    disk.write(b"a", b"changed", *TEXT, replace=True)
    assert ((path / "a").read_bytes(), (path / "A").read_bytes()) == (b"changed", b"capital")


def test_a_long_name_of_the_host_is_read_and_replaced(disk: DocumentsFolder, path: Path) -> None:
    host = path / ("Zażółć gęślą jaźń, " * 3 + ".txt")
    host.write_bytes(b"before")
    name = disk.documents()[0].name
    assert disk.read(name) == b"before"
    disk.write(name, b"after", *TEXT, replace=True)
    assert host.read_bytes() == b"after"


@pytest.mark.parametrize("name", [b"..", b".", b"../../secret", b"._x", b"/etc/passwd", b"a\r/b"])
def test_no_name_leaves_the_folder(disk: DocumentsFolder, path: Path, name: bytes) -> None:
    (path.parent / "secret").write_bytes(b"secret")
    assert fails_with(errno.ENOENT, lambda: disk.read(name))
    disk.write(name, b"mine", *TEXT, replace=True)
    assert disk.read(name) == b"mine"
    assert [each.name for each in disk.documents()] == [name]
    assert sorted(each.name for each in path.parent.iterdir()) == ["documents", "secret"]


def test_planted_links_pipes_and_folders_are_not_there(disk: DocumentsFolder, path: Path) -> None:
    (path.parent / "secret").write_bytes(b"secret")
    (path / "link").symlink_to(path.parent / "secret")
    (path / TRASH).symlink_to(path.parent)
    os.mkfifo(path / "pipe")
    (path / "folder").mkdir()
    assert disk.documents() == []
    assert fails_with(errno.ENOENT, lambda: disk.read(b"link"))
    disk.write(b"a", b"", *TEXT, replace=False)
    assert fails_with(errno.ENOTDIR, lambda: disk.trash(b"a"))
    assert sorted(each.name for each in path.parent.iterdir()) == ["documents", "secret"]


def test_a_locked_document_is_neither_replaced_renamed_nor_thrown_away(
    disk: DocumentsFolder, path: Path
) -> None:
    disk.write(b"Letter", b"one", *TEXT, replace=False)
    (path / "Letter").chmod(0o444)
    assert disk.documents()[0].locked
    assert fails_with(errno.EACCES, lambda: disk.write(b"Letter", b"", *TEXT, replace=True))
    assert fails_with(errno.EACCES, lambda: disk.rename(b"Letter", b"b"))
    assert fails_with(errno.EACCES, lambda: disk.trash(b"Letter"))
    assert disk.read(b"Letter") == b"one"


def test_the_trash_keeps_what_has_the_same_name_until_it_is_emptied(
    disk: DocumentsFolder, path: Path
) -> None:
    for text in (b"one", b"two"):
        disk.write(b"Letter.txt", text, *TEXT, replace=False)
        disk.trash(b"Letter.txt")
    assert disk.documents() == []
    assert disk.space().trashed == 2
    assert sorted(each.name for each in (path / TRASH).iterdir()) == ["Letter 2.txt", "Letter.txt"]
    disk.empty_trash()
    assert disk.space().trashed == 0


def test_a_vanished_folder_is_a_missing_disk(disk: DocumentsFolder, path: Path) -> None:
    path.rmdir()
    assert fails_with(errno.ENODEV, disk.documents)
    assert fails_with(errno.ENODEV, lambda: disk.write(b"a", b"", *TEXT, replace=True))


def test_a_full_disk_keeps_the_old_document(disk: DocumentsFolder, path: Path) -> None:
    import resource
    import signal

    disk.write(b"Letter", b"old", *TEXT, replace=False)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        assert fails_with(errno.EFBIG, lambda: disk.write(b"Letter", b"x" * 5000, *TEXT, replace=True))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert {each.name: each.read_bytes() for each in path.iterdir()} == {"Letter": b"old"}

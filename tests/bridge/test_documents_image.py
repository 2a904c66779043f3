"""The image of a documents folder, by a second reader: hfsutils."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

import moof.bridge.documents_image as documents_image
from moof.bridge.documents_image import write_documents_image
from moof.mac_files import MacFileInfo, open_macbinary
from moof.mac_files.apple_double import apple_double_file
from support.hfs_tools import HfsTools

NOW = 800_000_000
FINDERS = [b"Desktop", b"Desktop DB", b"Desktop DF"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


def mounted(folder: Path, tmp_path: Path) -> HfsTools:
    image = tmp_path / "image"
    image.unlink(missing_ok=True)
    write_documents_image(folder, image, NOW)
    assert image.stat().st_mode & 0o777 == 0o400
    hfs = HfsTools(tmp_path)
    assert 'Volume name is "Documents"' in hfs.mount(image)
    return hfs


def test_documents_are_on_the_disk_as_a_mac_has_them(folder: Path, tmp_path: Path) -> None:
    (folder / "Résumé.txt").write_text("naïve\ntext\n")
    (folder / "data").write_bytes(b"\0\n\r\xff")
    (folder / "program").write_bytes(b"")
    info = MacFileInfo(b"program", b"APPL", b"abcd", 0x2000)
    (folder / "._program").write_bytes(apple_double_file(info, b"code" * 1000))
    hfs = mounted(folder, tmp_path)
    assert sorted(hfs.names()) == sorted([*FINDERS, "Résumé.txt".encode("mac_roman"), b"data", b"program"])
    assert hfs.read("data") == b"\0\n\r\xff"
    encoded = hfs.macbinary("program")
    reader = open_macbinary(io.BytesIO(encoded), len(encoded))
    assert reader is not None
    assert (reader.info.kind, reader.info.creator, reader.info.flags) == (b"APPL", b"abcd", 0x2000)
    assert b"".join(reader.data_fork()) == b""
    assert reader.resource_fork() == b"code" * 1000
    (folder / "Résumé.txt").rename(folder / "text")
    assert mounted(folder, tmp_path).read("text") == "naïve\rtext\r".encode("mac_roman")


def test_hidden_files_links_and_folders_are_not_on_the_disk(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / ".hidden").write_text("x")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "a").write_text("x")
    assert mounted(folder, tmp_path).names() == [b"a", *FINDERS]


def test_what_has_no_room_is_left_out_and_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(documents_image, "MAX_FORKS", 1000)
    (folder / "a").write_bytes(bytes(900))
    (folder / "b").write_bytes(bytes(200))
    (folder / "c").write_bytes(bytes(100))
    assert mounted(folder, tmp_path).names() == [b"a", b"c", *FINDERS]
    assert "“b” is not on the Mac's disk" in caplog.text


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_documents_image(tmp_path / "gone", tmp_path / "image", NOW)

"""What belongs to a document is in the files where the Mac that reads the folder looks for it."""

from pathlib import Path

import pytest

from moof.mac_files import MacFileInfo
from moof.mac_files.apple_double import apple_double_file
from moof.server.storage.fork_layout import AppleDoubleLayout, DocumentForks, ExtfsLayout, ForkLayout

INFO = MacFileInfo(b"a", b"APPL", b"Test", 0x2000)


@pytest.mark.parametrize("layout", [AppleDoubleLayout(), ExtfsLayout()], ids=["AppleDouble", "extfs"])
def test_what_is_written_is_read(tmp_path: Path, layout: ForkLayout) -> None:
    document = tmp_path / "a"
    assert layout.read(document) == DocumentForks()
    layout.write(document, INFO, b"resources")
    assert layout.read(document) == DocumentForks((b"APPL", b"Test"), 0x2000, b"resources")
    assert all(path.is_file() for path in layout.paths(document))
    layout.write(document, INFO, b"")
    assert layout.read(document).resource == b""


def test_extfs_has_its_files_where_the_emulator_looks(tmp_path: Path) -> None:
    ExtfsLayout().write(tmp_path / "a", INFO, b"resources")
    assert (tmp_path / ".finf" / "a").read_bytes() == b"APPLTest\x20\x00" + bytes(22)
    assert (tmp_path / ".rsrc" / "a").read_bytes() == b"resources"


def test_an_apple_double_file_becomes_both_files(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(apple_double_file(INFO, b"resources"))
    ExtfsLayout().take_apple_double(tmp_path / "upload", tmp_path / "a")
    assert ExtfsLayout().read(tmp_path / "a") == DocumentForks((b"APPL", b"Test"), 0x2000, b"resources")
    assert not (tmp_path / "upload").exists()


def test_links_that_a_guest_has_made_are_neither_read_nor_written(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "a").write_bytes(b"APPLTest\x20\x00")
    (folder / ".finf").symlink_to(outside)
    assert ExtfsLayout().read(folder / "a") == DocumentForks()
    with pytest.raises(NotADirectoryError):
        ExtfsLayout().write(folder / "a", INFO, b"")
    assert (outside / "a").read_bytes() == b"APPLTest\x20\x00"

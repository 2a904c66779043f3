import io
from pathlib import Path

import pytest

from moof.mac_files import MacFileInfo, open_macbinary
from moof.mac_files.apple_double import apple_double_file
from moof.server.storage.fork_layout import AppleDoubleLayout
from moof.server.storage.macbinary_export import open_export


def read(path: Path) -> tuple[MacFileInfo, bytes, bytes]:
    export = open_export(path, AppleDoubleLayout())
    whole = b"".join(export.parts())
    assert len(whole) == export.length
    reader = open_macbinary(io.BytesIO(whole), len(whole))
    assert reader is not None
    return reader.info, b"".join(reader.data_fork()), reader.resource_fork()


def test_type_creator_and_resources_are_in_it(tmp_path: Path) -> None:
    info = MacFileInfo(b"a", b"APPL", b"Test", 0x2000)
    (tmp_path / "Café").write_bytes(bytes(200_000))
    (tmp_path / "._Café").write_bytes(apple_double_file(info, b"resources"))
    found, data, resource = read(tmp_path / "Café")
    assert (found.name, found.kind, found.creator, found.flags) == (b"Caf\x8e", b"APPL", b"Test", 0x2000)
    assert (data, resource) == (bytes(200_000), b"resources")


def test_a_text_is_a_macs_text_if_the_mac_has_its_characters(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Grüße\n", "utf-8")
    (tmp_path / "b.txt").write_text("Zażółć\n", "utf-8")
    info, data, _ = read(tmp_path / "a.txt")
    assert (info.kind, data) == (b"TEXT", "Grüße\r".encode("mac_roman"))
    assert read(tmp_path / "b.txt")[1] == "Zażółć\n".encode()


def test_a_file_that_is_cut_meanwhile_keeps_its_length(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(300_000))
    export = open_export(tmp_path / "a", AppleDoubleLayout())
    with (tmp_path / "a").open("r+b") as file:
        file.truncate(10)
    assert len(b"".join(export.parts())) == export.length


def test_a_link_beside_a_document_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(apple_double_file(MacFileInfo(b"", b"APPL", b"Test"), b"s"))
    (tmp_path / "a.txt").touch()
    (tmp_path / "._a.txt").symlink_to(tmp_path / "secret")
    assert read(tmp_path / "a.txt")[2] == b""


def test_a_document_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_export(tmp_path / "a", AppleDoubleLayout())

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.mac.documents_folder import DocumentsFolder
from moof.mac_files import MacFileInfo
from moof.mac_files.apple_double import apple_double_file, read_resource_fork
from moof.mac_files.macbinary import macbinary_header, padding
from moof.server.storage.documents_target import DocumentsTarget, guest_name
from moof.server.storage.folder_errors import (
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
)
from moof.server.storage.fork_layout import ExtfsLayout
from moof.server.storage.resumable_uploads import ResumableUploads
from moof.server.storage.unfinished_upload import create_unfinished, data_path
from moof.server.storage.upload_target import UploadRequest
from support.binhex_writer import binhex

INFO = MacFileInfo(b"My caf\x8e", b"APPL", b"Test", 0x2000, 4, 9)


def macbinary(info: MacFileInfo, data: bytes, resource: bytes) -> bytes:
    return b"".join((macbinary_header(info, 1), data, bytes(padding(len(data))), resource))


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def upload(target: DocumentsTarget, name: str, data: bytes, *, replace: bool = False) -> None:
    uploads = ResumableUploads({"documents": target})
    begun = await uploads.create("documents", UploadRequest(name, len(data), replace))
    assert (await uploads.append(begun.identity, 0, chunks(data))).taken


@pytest.mark.parametrize(
    "encoded", [macbinary(INFO, b"data", b"resources"), binhex(INFO, b"data", b"resources")]
)
async def test_both_forks_are_kept(tmp_path: Path, encoded: bytes) -> None:
    target = DocumentsTarget(tmp_path, 10_000)
    await upload(target, "download.bin", encoded)
    await upload(target, "download.bin", encoded)
    assert [each.name for each in target.entries()] == ["My café", "My café 2"]
    assert (tmp_path / "My café").read_bytes() == b"data"
    assert read_resource_fork((tmp_path / "._My café 2").read_bytes()) == b"resources"
    (document, _) = DocumentsFolder(tmp_path).documents()
    assert (document.name, document.kind, document.creator) == (b"My caf\x8e", b"APPL", b"Test")


async def test_a_plain_text_in_macbinary_is_a_plain_file(tmp_path: Path) -> None:
    info = MacFileInfo(b"Letter", b"TEXT", b"ttxt", data_length=5)
    await upload(DocumentsTarget(tmp_path, 10_000), "x.bin", macbinary(info, b"Dear\r", b""))
    assert sorted(each.name for each in os.scandir(tmp_path) if "unfinished" not in each.name) == ["Letter"]


@pytest.mark.parametrize("name", [b"../up", b"a:b", b".hidden", b"a*b"])
async def test_names_in_files_do_not_lead_out_of_the_folder(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "documents"
    info = MacFileInfo(name, b"TEXT", b"ttxt", data_length=1)
    await upload(DocumentsTarget(folder, 10_000), "x.bin", macbinary(info, b"a", b""))
    (entry,) = DocumentsTarget(folder, 10_000).entries()
    assert entry.size == 1
    assert [each.name for each in os.scandir(tmp_path)] == ["documents"]


async def test_a_damaged_file_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    target = DocumentsTarget(tmp_path, 10_000)
    for encoded in (binhex(INFO, b"data", b"resources")[:-30],):
        with pytest.raises(FolderError, match="damaged"):
            await upload(target, "a.hqx", encoded)
    assert [each.name for each in os.scandir(tmp_path)] == []


async def test_what_a_file_expands_to_is_limited(tmp_path: Path) -> None:
    encoded = binhex(INFO, bytes(9_000), b"")
    with pytest.raises(TooLargeError):
        await upload(DocumentsTarget(tmp_path, 8_000), "a.hqx", encoded)
    with pytest.raises(StorageFullError):
        await upload(DocumentsTarget(tmp_path, 10_000, max_total=5_000), "a.hqx", encoded)
    assert [each.name for each in os.scandir(tmp_path)] == []


KILLED = """
import os, pathlib, sys
from pathlib import Path
from moof.server.storage.documents_target import DocumentsTarget, guest_name
from moof.server.storage.unfinished_upload import data_path, find_unfinished
calls = 0
def killed(call):
    def counted(*arguments, **options):
        global calls
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), 9)
        return call(*arguments, **options)
    return counted
folder = Path(sys.argv[1])
for name in ("unlink", "replace", "rename", "link", "open", "fsync"):
    setattr(os, name, killed(getattr(os, name)))
for name in ("unlink", "replace", "rename", "hardlink_to"):
    setattr(Path, name, killed(getattr(Path, name)))
facts = find_unfinished(folder, sys.argv[2])
calls = 0
DocumentsTarget(folder, 10_000).take(data_path(folder, sys.argv[2]), facts.request)
"""


async def test_a_file_is_stored_once_whenever_the_server_is_killed(tmp_path: Path) -> None:
    """The server is killed before each of its calls that change the folder, and taken up by the next one."""
    encoded = macbinary(INFO, b"data", b"resources")
    for call in range(1, 30):
        folder = tmp_path / str(call)
        target = DocumentsTarget(folder, 10_000)
        facts = create_unfinished(folder, UploadRequest("x.bin", len(encoded)))
        data_path(folder, facts.identity).write_bytes(encoded)
        arguments = [sys.executable, "-c", KILLED, str(folder), facts.identity, str(call)]
        ended = (await asyncio.to_thread(subprocess.run, arguments, check=False)).returncode
        target.remove_leftovers()
        uploads = ResumableUploads({"documents": target})
        assert (await uploads.append(facts.identity, len(encoded), chunks(b""))).taken
        assert [each.name for each in target.entries()] == ["My café"], call
        assert (folder / "My café").read_bytes() == b"data"
        assert read_resource_fork((folder / "._My café").read_bytes()) == b"resources"
        assert target.remove_leftovers() == []
        assert {each.name for each in os.scandir(folder)} == {
            "My café", "._My café", f".{facts.identity}.unfinished.json"
        }  # fmt: skip
        if ended == 0:
            assert call > 5
            return
    pytest.fail("the upload was never taken without a kill")


async def test_documents_are_no_leftovers_whatever_they_are_called(tmp_path: Path) -> None:
    target = DocumentsTarget(tmp_path, 10_000)
    sixteen, identity = "0" * 16, "0" * 32
    names = [
        *("report.decoded", "x.unfinished.decoded", "a.upload", "b.unfinished"),
        *(f"{sixteen}.upload", f"{sixteen}.saving"),
        *(f"{identity}.unfinished", f"{identity}.unfinished.json", f"{identity}.unfinished.decoded"),
    ]
    for name in names:
        await upload(target, name, b"text")
    left = tmp_path / f".{identity}.unfinished.decoded"
    left.touch()
    assert target.remove_leftovers() == [left]
    assert {each.name for each in target.entries()} == {*names}


async def test_a_document_is_deleted_with_its_resources(tmp_path: Path) -> None:
    target = DocumentsTarget(tmp_path, 10_000)
    await upload(target, "a", b"text")
    await upload(target, "._a", apple_double_file(INFO, b"resources"))
    target.delete("a")
    await upload(target, "a", b"other")
    assert DocumentsFolder(tmp_path).documents()[0].kind == b"TEXT"


async def test_resources_beside_a_document(tmp_path: Path) -> None:
    target = DocumentsTarget(tmp_path, 10_000)
    beside = apple_double_file(INFO, b"resources")
    with pytest.raises(FolderError, match="no document"):
        await upload(target, "._a", beside)
    await upload(target, "a", b"text")
    with pytest.raises(FolderError, match="AppleDouble"):
        await upload(target, "._a", b"text")
    await upload(target, "._a", beside)
    with pytest.raises(NameTakenError):
        await upload(target, "._a", beside)
    await upload(target, "._a", beside, replace=True)
    assert (tmp_path / "._a").read_bytes() == beside
    assert DocumentsFolder(tmp_path).documents()[0].kind == b"APPL"
    with pytest.raises(TooLargeError):
        target.check_request(UploadRequest("._a", 1 << 30, replace=True))
    for name in ("._", "._.a", "._a/b"):
        with pytest.raises(FolderError):
            target.check_request(UploadRequest(name, 1))
    with pytest.raises(NoSuchFileError):
        target.file("._a")


def shared(path: Path) -> DocumentsTarget:
    return DocumentsTarget(path, 10_000, layout=ExtfsLayout())


async def test_a_text_for_a_guest_is_as_a_mac_has_it(tmp_path: Path) -> None:
    target = shared(tmp_path)
    await upload(target, "Größe.txt", "Größe\nzwei\n".encode())
    (entry,) = target.entries()
    assert entry.name.isascii()
    assert (tmp_path / entry.name).read_bytes() == "Größe\rzwei\r".encode("mac_roman")
    assert (tmp_path / ".finf" / entry.name).read_bytes()[:8] == b"TEXTttxt"
    assert target.text_for_host(entry.name) == "Größe\nzwei\n".encode()
    await upload(target, "Größe.txt", b"new\n", replace=True)
    assert (tmp_path / entry.name).read_bytes() == b"new\r"


async def test_both_forks_go_where_a_guest_finds_them(tmp_path: Path) -> None:
    target = shared(tmp_path)
    for _ in range(2):
        await upload(target, "download.bin", macbinary(INFO, b"data", b"resources"))
    assert [each.name for each in target.entries()] == ["My cafe", "My cafe 2"]
    assert (tmp_path / ".rsrc" / "My cafe 2").read_bytes() == b"resources"
    assert (tmp_path / ".finf" / "My cafe 2").read_bytes()[:10] == b"APPLTest\x20\x00"
    assert target.text_for_host("My cafe") is None
    target.delete("My cafe 2")
    assert [each.name for each in (tmp_path / ".rsrc").iterdir()] == ["My cafe"]


async def test_resources_beside_a_document_of_a_guest(tmp_path: Path) -> None:
    target = shared(tmp_path)
    await upload(target, "é", b"\0\1\2")
    await upload(target, "._é", apple_double_file(INFO, b"resources"))
    assert (tmp_path / ".rsrc" / "e").read_bytes() == b"resources"
    assert [each.name for each in target.entries()] == ["e"]


@pytest.mark.parametrize("name", ["a" * 60 + ".txt", "日本", "Zażółć.txt", "a.b"])
def test_names_for_a_guest_are_short_and_ascii(name: str) -> None:
    stored = guest_name(name)
    assert 0 < len(stored) <= 31
    assert stored.isascii()
    assert guest_name(stored) == stored

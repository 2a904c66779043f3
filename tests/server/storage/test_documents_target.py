import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.mac.documents_folder import DocumentsFolder
from moof.mac_files import MacFileInfo
from moof.mac_files.apple_double import apple_double_file, read_resource_fork
from moof.mac_files.macbinary import macbinary_header, padding
from moof.server.storage.documents_target import DocumentsTarget
from moof.server.storage.folder_errors import (
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
)
from moof.server.storage.resumable_uploads import ResumableUploads
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

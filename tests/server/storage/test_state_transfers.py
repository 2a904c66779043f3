from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.server.storage.folder_errors import (
    ContentError,
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
)
from moof.server.storage.resumable_uploads import ResumableUploads
from moof.server.storage.state_transfers import StateTransfers
from moof.server.storage.upload_target import UploadRequest
from moof.states.state_shelf import StateShelf
from support.state_files import names_in, state_file


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 1000):
        yield data[at : at + 1000]


async def test_stored_state_is_on_the_shelf(tmp_path: Path) -> None:
    folder = tmp_path / "states"
    transfers = StateTransfers(folder)
    await transfers.store("Höhe 1", pieces(state_file()))
    assert StateShelf(folder).read("Höhe 1") == transfers.file("Höhe 1").read_bytes() == state_file()
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(NameTakenError):
        await transfers.store("Höhe 1", pieces(state_file()))


async def test_other_files_and_names_change_nothing(tmp_path: Path) -> None:
    transfers = StateTransfers(tmp_path)
    with pytest.raises(ContentError, match="no state"):
        await transfers.store("A", pieces(b"text"))
    for name in ("../A", ".A", "A/B", ""):
        with pytest.raises(FolderError, match="name"):
            await transfers.store(name, pieces(state_file()))
        with pytest.raises(FolderError, match="name"):
            transfers.file(name)
    with pytest.raises(NoSuchFileError):
        transfers.file("A")
    assert names_in(tmp_path) == []


def test_leftovers_of_a_killed_server_are_removed(tmp_path: Path) -> None:
    left = tmp_path / ".0123456789abcdef.upload"
    left.touch()
    assert StateTransfers(tmp_path).remove_leftovers() == [left]


async def test_upload_in_pieces_is_checked_when_it_is_complete(tmp_path: Path) -> None:
    uploads = ResumableUploads({"states": StateTransfers(tmp_path)})
    whole = state_file()
    begun = await uploads.create("states", UploadRequest("A", len(whole)))
    await uploads.append(begun.identity, 0, pieces(whole[:100]))
    assert StateShelf(tmp_path).entries() == []
    assert (await uploads.append(begun.identity, 100, pieces(whole[100:]))).taken
    assert StateShelf(tmp_path).read("A") == whole
    damaged = await uploads.create("states", UploadRequest("B", len(whole)))
    with pytest.raises(ContentError, match="damaged"):
        await uploads.append(damaged.identity, 0, pieces(whole[:-1] + b"x"))
    assert [entry.name for entry in StateShelf(tmp_path).entries()] == ["A"]
    with pytest.raises(NameTakenError, match="already a state"):
        await uploads.create("states", UploadRequest("A", len(whole)))


async def test_full_shelf_takes_no_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.server.storage.state_transfers.MAX_SHELF_BYTES", 100)
    with pytest.raises(StorageFullError, match="delete some"):
        StateTransfers(tmp_path).check_request(UploadRequest("A", 101))

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.server.storage import folder as storage_folder
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import (
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    TooManyUploadsError,
    UploadMovedError,
)
from moof.server.storage.resumable_uploads import (
    MAX_AGE,
    MAX_TAKEN,
    MAX_UNFINISHED,
    ResumableUploads,
)
from moof.server.storage.unfinished_upload import data_path, unfinished_in
from moof.server.storage.upload_target import UploadRequest

SERVER = """
import asyncio, sys
from pathlib import Path
from moof.server.storage.folder import Folder
from moof.server.storage.resumable_uploads import ResumableUploads
from moof.server.storage.unfinished_upload import unfinished_in
from moof.server.storage.upload_target import UploadRequest

folder, wanted = Path(sys.argv[1]), int(sys.argv[2])

async def rest(offset):
    while offset < wanted:
        yield bytes((offset + i) % 251 for i in range(1000))[: wanted - offset]
        offset += 1000

async def main():
    uploads = ResumableUploads({"disks": Folder(folder, 1 << 30)})
    uploads.remove_old()
    facts = next((each for each in unfinished_in(folder)), None)
    if facts is None:
        facts = await uploads.create("disks", UploadRequest("disk", wanted, replace=True))
    print("ready", flush=True)
    facts = await uploads.append(facts.identity, facts.size, rest(facts.size))
    print("done" if facts.taken else "missing", flush=True)

import moof.server.storage.resumable_uploads as module
module._WRITE_BYTES = 4096
asyncio.run(main())
"""


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def cut(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    raise ConnectionResetError


def uploads_to(folder: Folder, now: float | None = None) -> ResumableUploads:
    if now is None:
        return ResumableUploads({"disks": folder})
    return ResumableUploads({"disks": folder}, lambda: now)


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.iterdir() if not each.name.startswith("."))


async def test_an_upload_goes_on_where_it_was_cut_in_a_new_server(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 100)
    first = uploads_to(folder)
    begun = await first.create("disks", UploadRequest("a", 6))
    with pytest.raises(FolderError):
        await first.append(begun.identity, 0, cut(b"ab", b"c"))
    assert folder.entries() == []
    second = uploads_to(folder)
    assert (await second.facts(begun.identity)).size == 3
    done = await second.append(begun.identity, 3, chunks(b"def"))
    assert (done.taken, done.size) == (True, 6)
    assert (tmp_path / "a").read_bytes() == b"abcdef"
    assert (await second.facts(begun.identity)).taken  # whoever did not get the answer asks
    assert (await second.append(begun.identity, 6, chunks())).taken
    assert [each.name for each in folder.entries()] == ["a"]


async def test_bytes_at_another_place_are_refused(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100))
    begun = await uploads.create("disks", UploadRequest("a", 6))
    with pytest.raises(UploadMovedError, match="has 0 bytes, not 3"):
        await uploads.append(begun.identity, 3, chunks(b"def"))
    with pytest.raises(UploadMovedError, match="6 bytes in all"):
        await uploads.append(begun.identity, 0, chunks(b"abc", b"defgh"))
    assert (await uploads.facts(begun.identity)).size == 6
    assert (await uploads.append(begun.identity, 6, chunks())).taken


async def stalled(waits: asyncio.Event) -> AsyncIterator[bytes]:
    """Two bytes; then the event is set, and nothing comes any more."""
    yield b"ab"
    waits.set()
    await asyncio.Event().wait()


async def test_the_next_request_takes_an_upload_over(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100))
    begun = await uploads.create("disks", UploadRequest("a", 4))
    waits = asyncio.Event()
    first = asyncio.create_task(uploads.append(begun.identity, 0, stalled(waits)))
    await waits.wait()
    assert (await uploads.facts(begun.identity)).size == 2
    with pytest.raises(UploadMovedError, match="Another request"):
        await first
    assert (await uploads.append(begun.identity, 2, chunks(b"cd"))).taken
    assert (tmp_path / "a").read_bytes() == b"abcd"


async def test_a_cancelled_request_keeps_what_has_come(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100))
    begun = await uploads.create("disks", UploadRequest("a", 4))
    waits = asyncio.Event()
    task = asyncio.create_task(uploads.append(begun.identity, 0, stalled(waits)))
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await uploads.facts(begun.identity)).size == 2


async def test_an_existing_file_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    uploads = uploads_to(Folder(tmp_path, 100))
    with pytest.raises(NameTakenError):
        await uploads.create("disks", UploadRequest("a", 4))
    begun = await uploads.create("disks", UploadRequest("a", 4, replace=True))
    with pytest.raises(StorageFullError):
        await uploads.append(begun.identity, 0, cut(b"ne"))
    assert (tmp_path / "a").read_bytes() == b"old"
    await uploads.append(begun.identity, 2, chunks(b"w!"))
    assert (tmp_path / "a").read_bytes() == b"new!"


async def test_a_name_that_is_taken_meanwhile_ends_the_upload(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100))
    begun = await uploads.create("disks", UploadRequest("a", 1))
    (tmp_path / "a").write_bytes(b"other")
    with pytest.raises(NameTakenError):
        await uploads.append(begun.identity, 0, chunks(b"x"))
    with pytest.raises(NoSuchFileError):
        await uploads.facts(begun.identity)
    assert (tmp_path / "a").read_bytes() == b"other"


async def test_an_empty_file_is_there_at_once(tmp_path: Path) -> None:
    assert (await uploads_to(Folder(tmp_path, 100)).create("disks", UploadRequest("a", 0))).taken
    assert (tmp_path / "a").read_bytes() == b""


async def test_what_cannot_be_taken_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100, max_total=50))
    for folder, request, error in (
        ("nothing", UploadRequest("a", 1), NoSuchFileError),
        ("disks", UploadRequest("../a", 1), FolderError),
        ("disks", UploadRequest("a", 101), TooLargeError),
        ("disks", UploadRequest("a", 51), StorageFullError),
    ):
        with pytest.raises(error):
            await uploads.create(folder, request)
    assert [*os.scandir(tmp_path)] == []


async def test_unfinished_uploads_are_counted_with_what_is_missing_of_them(tmp_path: Path) -> None:
    uploads = uploads_to(Folder(tmp_path, 100, max_total=50))
    begun = await uploads.create("disks", UploadRequest("a", 30))
    with pytest.raises(StorageFullError):
        await uploads.append(begun.identity, 0, cut(b"x" * 10))
    with pytest.raises(StorageFullError, match="20 bytes are left"):
        await uploads.create("disks", UploadRequest("b", 21))
    await uploads.create("disks", UploadRequest("b", 20))
    await uploads.discard(begun.identity)
    await uploads.create("disks", UploadRequest("c", 30))


async def test_an_idle_upload_gives_way_and_others_do_not(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 100)
    uploads = uploads_to(folder)
    begun = [await uploads.create("disks", UploadRequest(f"{n}", 1)) for n in range(MAX_UNFINISHED)]
    with pytest.raises(TooManyUploadsError):
        await uploads.create("disks", UploadRequest("more", 1))
    stamp = begun[5].touched - 3600
    os.utime(data_path(tmp_path, begun[5].identity), (stamp, stamp))
    await uploads.create("disks", UploadRequest("more", 1))
    with pytest.raises(NoSuchFileError):
        await uploads.facts(begun[5].identity)
    assert len([*unfinished_in(tmp_path)]) == MAX_UNFINISHED


async def test_old_uploads_are_removed(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 100)
    uploads = uploads_to(folder)
    begun = await uploads.create("disks", UploadRequest("a", 1))
    for number in range(MAX_TAKEN + 3):
        await uploads.create("disks", UploadRequest(f"empty {number}", 0))
    uploads.remove_old()
    found = [*unfinished_in(tmp_path)]
    assert (len(found), sum(each.taken for each in found)) == (MAX_TAKEN + 1, MAX_TAKEN)
    uploads_to(folder, begun.touched + MAX_AGE - 60).remove_old()
    assert [each.identity for each in unfinished_in(tmp_path)] == [begun.identity]
    uploads_to(folder, begun.touched + MAX_AGE + 60).remove_old()
    assert [*unfinished_in(tmp_path)] == []
    assert len(names(tmp_path)) == MAX_TAKEN + 3


async def test_a_full_disk_keeps_the_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_folder, "_MIN_FREE", 1 << 62)
    with pytest.raises(StorageFullError, match="no room"):
        await uploads_to(Folder(tmp_path, 100)).create("disks", UploadRequest("a", 1))


def test_a_server_that_is_killed_at_any_moment_keeps_the_old_file_and_goes_on(tmp_path: Path) -> None:
    size, moments = 3_000_000, random.Random(7)
    old = b"old"
    (tmp_path / "disk").write_bytes(old)
    for _ in range(200):
        command = [sys.executable, "-c", SERVER, str(tmp_path), str(size)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            kept = sum(each.size for each in unfinished_in(tmp_path))
            goal = kept + moments.randrange(1, size // 4)
            while server.poll() is None and (tmp_path / "disk").read_bytes() == old:
                if sum(each.size for each in unfinished_in(tmp_path)) >= goal:
                    server.send_signal(signal.SIGKILL)
                    break
            said = server.stdout.read()
        if said == "done\n" or (tmp_path / "disk").read_bytes() != old:
            break
    assert (tmp_path / "disk").read_bytes() == bytes(number % 251 for number in range(size))

import errno
import multiprocessing
import os
from pathlib import Path

import pytest

from moof.server.auth import record_file
from moof.server.auth.record_file import MAX_FILE_BYTES, FileStamp, RecordFile, TokenError


def test_only_the_owner_can_read_a_new_file(tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "folder" / "records.json")
    assert (file.read(), file.stamp()) == ({}, FileStamp())
    with file.changing() as document:
        document["a"] = 1
    assert file.read() == {"a": 1}
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.stamp() != FileStamp()


def test_a_change_that_fails_leaves_the_file(tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "records.json")
    with file.changing() as document:
        document["a"] = 1
    stamp = file.stamp()

    def fail() -> None:
        with file.changing() as document:
            document["a"] = 2
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert (file.read(), file.stamp()) == ({"a": 1}, stamp)


def add_records(path: Path, first: int) -> None:
    for number in range(first, first + 20):
        with RecordFile(path).changing() as document:
            document[str(number)] = number


def test_no_change_of_another_process_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=add_records, args=(path, first)) for first in (0, 20)]
    for other in others:
        other.start()
    add_records(path, 40)
    for other in others:
        other.join()
    assert len(RecordFile(path).read()) == 60


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"1", b"\xff", b"[" * 100_000, b'{"a": "' + b"x" * MAX_FILE_BYTES + b'"}']
)
def test_a_file_that_is_no_object_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "records.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(TokenError, match=r"records\.json cannot be used"):
        RecordFile(path).read()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text("{}")
    path.chmod(0o640)
    with pytest.raises(TokenError, match="Others may read"):
        RecordFile(path).read()


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TokenError, match="is no file"):
        RecordFile(tmp_path).read()
    (tmp_path / "file").touch()
    with pytest.raises(TokenError, match="cannot be read: Not a directory"):
        RecordFile(tmp_path / "file" / "records.json").stamp()


def test_a_named_pipe_in_place_of_the_file_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    os.mkfifo(path, 0o600)
    with pytest.raises(TokenError, match="is no file"):
        RecordFile(path).read()
    with pytest.raises(TokenError, match="is no file"), RecordFile(path).changing():
        pass


def test_a_process_that_keeps_the_lock_blocks_nobody_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_file, "MAX_LOCK_SECONDS", 0.05)
    file = RecordFile(tmp_path / "records.json")
    with (
        file.changing(),
        pytest.raises(TokenError, match="does not finish changing"),
        RecordFile(file.path).changing(),
    ):
        pass
    with file.changing() as document:
        document["a"] = 1
    assert file.read() == {"a": 1}


def test_a_file_is_not_written_that_could_not_be_read(tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "records.json")
    with pytest.raises(TokenError, match="more than 1 MB"), file.changing() as document:
        document["a"] = "x" * MAX_FILE_BYTES
    assert file.read() == {}


def test_an_error_of_the_disk_does_not_say_to_delete_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(record_file, "replace_file", fail)
    with (
        pytest.raises(TokenError, match=r"cannot be written: No space left on device\.$"),
        RecordFile(tmp_path / "records.json").changing(),
    ):
        pass

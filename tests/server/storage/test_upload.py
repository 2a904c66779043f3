import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from moof.server.storage.upload import Upload, remove_leftovers

KILLED = """
import os, sys
from pathlib import Path
from moof.server.storage.upload import Upload
upload = Upload(Path(sys.argv[1]))
upload.write(b"half")
os.kill(os.getpid(), 9)
"""


def test_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    upload = Upload(tmp_path / "new")
    upload.write(b"ab")
    upload.write(b"")
    upload.write(b"c")
    assert not (tmp_path / "new" / "disk").exists()
    assert upload.finish(tmp_path / "new" / "disk", replace=False).st_size == 3
    upload.close()
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["disk"]


def test_existing_file_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "disk").write_bytes(b"old")
    upload = Upload(tmp_path)
    with pytest.raises(FileExistsError):
        upload.finish(tmp_path / "disk", replace=False)
    assert (tmp_path / "disk").read_bytes() == b"old"
    upload.finish(tmp_path / "disk", replace=True)
    upload.close()
    assert (tmp_path / "disk").read_bytes() == b""


def test_leftover_of_a_killed_server_is_removed_and_an_upload_under_way_is_not(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    (leftover,) = tmp_path.iterdir()
    under_way = Upload(tmp_path)
    (tmp_path / ".other.upload").touch()
    (tmp_path / ".0123456789abcdef.upload").mkdir()
    assert remove_leftovers(tmp_path) == [leftover]
    assert len([*tmp_path.iterdir()]) == 3
    under_way.close()


def test_folder_that_does_not_exist_has_no_leftovers(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "nothing") == []


def test_upload_is_locked(tmp_path: Path) -> None:
    upload = Upload(tmp_path)
    (path,) = tmp_path.iterdir()
    with path.open("wb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    upload.close()

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.storage.unfinished_upload import (
    OpenUpload,
    UploadInUseError,
    create_unfinished,
    data_path,
    find_unfinished,
    remove_undescribed,
    remove_unfinished_upload,
    unfinished_bytes,
    unfinished_in,
)
from moof.server.storage.upload_target import UploadRequest

REQUEST = UploadRequest("Grüße.img", 10)


def about(folder: Path, identity: str) -> Path:
    return folder / f".{identity}.unfinished.json"


def test_bytes_are_kept_until_the_upload_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    identity = create_unfinished(folder, REQUEST).identity
    with OpenUpload(folder, identity) as upload:
        upload.append(b"abc")
    with OpenUpload(folder, identity) as upload:
        assert upload.size == 3
        upload.append(b"de")
        upload.sync()
    found = find_unfinished(folder, identity)
    assert found is not None
    assert (found.request, found.size, found.missing, found.taken) == (REQUEST, 5, 5, False)
    assert data_path(folder, identity).read_bytes() == b"abcde"
    assert unfinished_bytes(folder) == 5
    remove_unfinished_upload(folder, identity)
    assert [*folder.iterdir()] == []


def test_an_upload_whose_file_was_taken_is_complete(tmp_path: Path) -> None:
    identity = create_unfinished(tmp_path, REQUEST).identity
    data_path(tmp_path, identity).rename(tmp_path / "name")
    (found,) = unfinished_in(tmp_path)
    assert (found.taken, found.size) == (True, 10)
    assert unfinished_bytes(tmp_path) == 0


def test_only_one_server_writes_an_upload(tmp_path: Path) -> None:
    identity = create_unfinished(tmp_path, REQUEST).identity
    with OpenUpload(tmp_path, identity), pytest.raises(UploadInUseError):
        OpenUpload(tmp_path, identity)


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s")
    folder = tmp_path / "folder"
    identity = create_unfinished(folder, REQUEST).identity
    data_path(folder, identity).unlink()
    data_path(folder, identity).symlink_to(secret)
    with pytest.raises(OSError, match=r"symbolic link|loop"):
        OpenUpload(folder, identity)
    about(folder, identity).unlink()
    about(folder, identity).symlink_to(secret)
    assert find_unfinished(folder, identity) is None
    assert secret.read_bytes() == b"s"


@pytest.mark.parametrize("identity", ["", "../x", "a" * 31, "A" * 32, "a" * 32 + "\n", "0" * 32])
def test_an_identity_that_was_not_given_is_not_found(tmp_path: Path, identity: str) -> None:
    assert find_unfinished(tmp_path, identity) is None


INVALID = (b"[" * 8000, b'{"name":1,"length":1,"replace":false}', b'{"name":"","length":-1,"replace":false}')


@given(st.binary(max_size=200) | st.sampled_from(INVALID))
def test_a_description_that_is_not_valid_is_none(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("uploads")
    about(folder, "0" * 32).write_bytes(data)
    assert find_unfinished(folder, "0" * 32) is None


def test_bytes_without_a_description_are_removed_when_they_are_old(tmp_path: Path) -> None:
    old, new, whole = (create_unfinished(tmp_path, REQUEST).identity for _ in range(3))
    for each in (old, new):
        about(tmp_path, each).unlink()
    for each in (old, whole):
        os.utime(data_path(tmp_path, each), (50, 50))
    remove_undescribed(tmp_path, 100)
    assert {each.name for each in tmp_path.iterdir()} == {
        data_path(tmp_path, new).name,
        data_path(tmp_path, whole).name,
        about(tmp_path, whole).name,
    }

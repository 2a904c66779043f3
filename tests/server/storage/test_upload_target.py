from pathlib import Path

from moof.server.storage.folder import Folder
from moof.server.storage.upload_target import UploadRequest, UploadTarget


def test_a_folder_takes_uploads(tmp_path: Path) -> None:
    target: UploadTarget = Folder(tmp_path, 10)
    arrived = tmp_path / ".arrived"
    arrived.write_bytes(b"disk")
    request = UploadRequest("a", 4)
    target.check_request(request)
    target.take(arrived, request)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]

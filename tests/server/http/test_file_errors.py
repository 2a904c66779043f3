import pytest

from moof.server.http.file_errors import file_error
from moof.server.storage.folder import (
    ContentError,
    FolderError,
    FolderExchangedError,
    NameTakenError,
    StorageFullError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FolderError("bad name"), 422),
        (ContentError("damaged"), 422),
        (NameTakenError("taken"), 409),
        (FolderExchangedError("exchanged"), 409),
        (StorageFullError("full"), 507),
    ],
)
def test_each_error_has_a_status(error: FolderError, status: int) -> None:
    answer = file_error(error)
    assert (answer.status_code, answer.detail) == (status, str(error))

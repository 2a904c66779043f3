import pytest

from moof.server.http.folder_problems import folder_problem
from moof.server.storage.folder_errors import (
    FolderError,
    FolderExchangedError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    TooManyUploadsError,
    UploadMovedError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FolderError, 422),
        (FolderExchangedError, 409),
        (NameTakenError, 409),
        (NoSuchFileError, 404),
        (StorageFullError, 507),
        (TooLargeError, 413),
        (TooManyUploadsError, 429),
        (UploadMovedError, 409),
    ],
)
def test_each_refusal_has_a_status(error: type[FolderError], status: int) -> None:
    answer = folder_problem(error("why"))
    assert (answer.status_code, answer.detail) == (status, "why")

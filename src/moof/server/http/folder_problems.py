"""The HTTP statuses of what folders of files refuse."""

from typing import Final

from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.storage.folder_errors import (
    ContentError,
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    TooManyUploadsError,
)

_STATUS: Final = {
    NoSuchFileError: 404,
    NameTakenError: 409,
    TooLargeError: 413,
    ContentError: 422,
    TooManyUploadsError: 429,
    StorageFullError: 507,
}


def folder_problem(error: FolderError) -> HTTPException:
    """Return the answer: 422 for a name or a file that is never possible, 409 for what may change."""
    fallback = 422 if type(error) is FolderError else 409
    return HTTPException(_STATUS.get(type(error), fallback), said_by(error))

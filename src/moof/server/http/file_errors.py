"""Errors of folders as HTTP statuses."""

from typing import Final

from starlette.exceptions import HTTPException

from moof.server.storage.folder import (
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


def file_error(error: FolderError) -> HTTPException:
    """Return the answer to a request that has failed with this error."""
    fallback = 422 if type(error) is FolderError else 409
    return HTTPException(_STATUS.get(type(error), fallback), str(error))

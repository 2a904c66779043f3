"""The built-in Mac's disk as a target of uploads: files with both forks become documents with both forks.

A document's resource fork, and its type and creator where its name and first bytes do not say them, are in
an AppleDouble file `._NAME` beside it. MacBinary and BinHex files are decoded; `PUT /api/documents/NAME`
stores them as they are.
"""

from pathlib import Path
from typing import BinaryIO, Final

from moof.atomic_file import replace_file
from moof.mac_files import ForkReader, MacFileError, MacFileInfo, open_binhex, open_macbinary
from moof.mac_files.apple_double import (
    MAX_APPLE_DOUBLE,
    apple_double_file,
    apple_double_name,
    is_apple_double,
)
from moof.mac_files.document_names import MAX_NAME, host_name
from moof.mac_files.document_types import HEAD_BYTES, type_and_creator
from moof.server.storage.folder import Folder, checked_name, numbered_names
from moof.server.storage.folder_errors import FolderError, NameTakenError, StorageFullError, TooLargeError
from moof.server.storage.upload import Upload
from moof.server.storage.upload_target import UploadRequest

_APPLE_DOUBLE: Final = apple_double_name("")


class DocumentsTarget(Folder):
    """The folder of documents."""

    def check_request(self, request: UploadRequest) -> None:
        """Raise FolderError if such a file cannot be taken."""
        if not request.name.startswith(_APPLE_DOUBLE):
            super().check_request(request)
            return
        name = checked_name(request.name.removeprefix(_APPLE_DOUBLE))
        self._check_place()
        if request.length > MAX_APPLE_DOUBLE:
            raise TooLargeError("A resource fork has at most 16 MB.")
        if not (self.path / name).exists():
            raise FolderError(f"There is no document “{name}” to which these resources belong.")
        if not request.replace and (self.path / request.name).exists():
            raise NameTakenError(f"“{name}” has resources already.")

    def take(self, file: Path, request: UploadRequest) -> None:
        """Store a complete file. Raises FolderError or OSError."""
        if request.name.startswith(_APPLE_DOUBLE):
            self._take_apple_double(file, request)
            return
        try:
            with file.open("rb") as encoded:
                reader = open_macbinary(encoded, request.length) or open_binhex(encoded)
                if reader is not None:
                    self._decode(reader, encoded, request)
        except MacFileError as error:
            raise FolderError(str(error)) from error
        if reader is None:
            super().take(file, request)
        else:
            file.unlink(missing_ok=True)

    def _take_apple_double(self, file: Path, request: UploadRequest) -> None:
        self.check_request(request)
        with file.open("rb") as opened:
            if not is_apple_double(opened.read(HEAD_BYTES)):
                raise FolderError("A name that begins with “._” is that of an AppleDouble file.")
        file.replace(self.path / request.name)

    def _decode(self, reader: ForkReader, encoded: BinaryIO, request: UploadRequest) -> None:
        """Store both forks under the name in the file, with a number if that is taken."""
        info = reader.info
        size = info.data_length + info.resource_length
        if info.data_length > self.max_bytes:
            raise TooLargeError(f"A file may have at most {self.max_bytes} bytes.")
        if size > self.room() + request.length:
            raise StorageFullError(f"There is no room for the {size} bytes of this file.")
        upload = Upload(self.path)
        try:
            head = b""
            for part in reader.data_fork():
                head = head or part[:HEAD_BYTES]
                upload.write(part)
            self._store(upload, _name_of(info, request.name), info, head, reader.resource_fork())
        finally:
            upload.close()

    def _store(self, upload: Upload, name: str, info: MacFileInfo, head: bytes, resource: bytes) -> None:
        """Give the data fork its name; what belongs to it is there before: no crash separates them."""
        for free in numbered_names(name):
            beside = self.path / apple_double_name(free)
            if (self.path / free).exists():
                continue
            if resource or type_and_creator(free, head) != (info.kind, info.creator):
                replace_file(beside, apple_double_file(info, resource))
            else:
                beside.unlink(missing_ok=True)
            try:
                upload.finish(self.path / free, replace=False)
            except FileExistsError:
                continue
            return
        raise NameTakenError(f"There are too many files “{name}”.")


def _name_of(info: MacFileInfo, encoded_name: str) -> str:
    """Return the host's name of a decoded file: the one it has on a Mac, else that of the encoded file."""
    try:
        return checked_name(host_name(info.name[:MAX_NAME].replace(b":", b"-").replace(b"\0", b"")))
    except (ValueError, FolderError):
        path = Path(encoded_name)
        return path.stem if path.suffix.lower() in (".bin", ".hqx", ".macbin") else path.name

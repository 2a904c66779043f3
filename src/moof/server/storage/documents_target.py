"""The built-in Mac's disk as a target of uploads: files with both forks become documents with both forks.

A document's resource fork, and its type and creator where its name and first bytes do not say them, are in
an AppleDouble file `._NAME` beside it. MacBinary and BinHex files are decoded; `PUT /api/documents/NAME`
stores them as they are. A folder that a guest reads by itself (`extfs`) has another layout.
"""

import contextlib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from moof.mac_files import ForkReader, MacFileError, MacFileInfo, open_binhex, open_macbinary
from moof.mac_files.apple_double import MAX_APPLE_DOUBLE, apple_double_name, is_apple_double
from moof.mac_files.document_names import MAX_NAME, host_name, mac_names
from moof.mac_files.document_text import MAX_TEXT, text_for_host, text_for_mac
from moof.mac_files.document_types import HEAD_BYTES, TEXT, UNKNOWN, type_and_creator
from moof.sentence import Sentence, said_by
from moof.server.storage.folder import Folder, checked_name, numbered_names
from moof.server.storage.folder_errors import FolderError, NameTakenError, StorageFullError, TooLargeError
from moof.server.storage.fork_layout import AppleDoubleLayout, ForkLayout
from moof.server.storage.unfinished_upload import is_data_file
from moof.server.storage.upload import Upload
from moof.server.storage.upload_target import UploadRequest

_APPLE_DOUBLE: Final = apple_double_name("")
_DECODED: Final = ".decoded"


class DocumentsTarget(Folder):
    """The folder of documents."""

    def __init__(
        self,
        path: Path,
        max_bytes: int,
        max_total: int | None = None,
        reserved: Collection[Path] = (),
        layout: ForkLayout | None = None,
    ) -> None:
        """`layout` says where resource forks and types are; None: in AppleDouble files."""
        super().__init__(path, max_bytes, max_total, reserved)
        self.layout = layout or AppleDoubleLayout()

    def text_for_host(self, name: str) -> bytes | None:
        """Return a document's text as systems of today have it; None if its file is that already, or no text.

        Raises FolderError or OSError.
        """
        path = self.file(name)
        if not self.layout.for_guest or path.stat().st_size > MAX_TEXT:
            return None
        data = path.read_bytes()
        kind = self.layout.read(path).kind_and_creator or type_and_creator(name, data[:HEAD_BYTES])
        return text_for_host(data) if kind[0] == TEXT[0] else None

    def check_request(self, request: UploadRequest) -> None:
        """Raise FolderError if such a file cannot be taken."""
        if not request.name.startswith(_APPLE_DOUBLE):
            super().check_request(replace(request, name=self._stored_name(request.name)))
            return
        name = self._stored_name(checked_name(request.name.removeprefix(_APPLE_DOUBLE)))
        self._check_place()
        if request.length > MAX_APPLE_DOUBLE:
            raise TooLargeError("A resource fork has at most 16 MB.")
        if not (self.path / name).exists():
            raise FolderError(
                Sentence("There is no document “{name}” to which these resources belong.", name=name)
            )
        if not request.replace and any(path.exists() for path in self.layout.paths(self.path / name)):
            raise NameTakenError(Sentence("“{name}” has resources already.", name=name))

    def take(self, file: Path, request: UploadRequest) -> None:
        """Store a complete file. Raises FolderError or OSError."""
        if request.name.startswith(_APPLE_DOUBLE):
            self._take_apple_double(file, request)
            return
        try:
            with file.open("rb") as encoded:
                reader = open_macbinary(encoded, request.length) or open_binhex(encoded)
                if reader is not None:
                    self._take_encoded(reader, file, request)
        except MacFileError as error:
            raise FolderError(said_by(error)) from error
        if reader is None:
            self._take_plain(file, replace(request, name=self._stored_name(request.name)))

    def delete(self, name: str) -> None:
        """Delete a document with its resources: another one of this name must not get them."""
        super().delete(name)
        for path in self.layout.paths(self.path / name):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def remove_leftovers(self) -> list[Path]:
        """Remove what uploads left whose server was killed, and return it."""
        found = [(path, _encoded_path(path)) for path in self.path.glob(f".*{_DECODED}")]
        decoded = [path for path, encoded in found if is_data_file(encoded.name) and not encoded.exists()]
        for path in decoded:
            path.unlink(missing_ok=True)
        return super().remove_leftovers() + decoded

    def _stored_name(self, name: str) -> str:
        return guest_name(name) if self.layout.for_guest else name

    def _take_apple_double(self, file: Path, request: UploadRequest) -> None:
        self.check_request(request)
        with file.open("rb") as opened:
            if not is_apple_double(opened.read(HEAD_BYTES)):
                raise FolderError("A name that begins with “._” is that of an AppleDouble file.")
        name = self._stored_name(request.name.removeprefix(_APPLE_DOUBLE))
        self.layout.take_apple_double(file, self.path / name)

    def _take_plain(self, file: Path, request: UploadRequest) -> None:
        """Store a file that is not encoded; for a guest, a text as a Mac has it."""
        if not self.layout.for_guest:
            super().take(file, request)
            return
        with file.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
        kind, creator = type_and_creator(request.name, head)
        if (kind, creator) != UNKNOWN:  # the emulator may know it by its extension
            self.layout.write(self.path / request.name, MacFileInfo(b"", kind, creator), b"")
        if (kind, creator) != TEXT or request.length > MAX_TEXT:
            super().take(file, request)
            return
        text = text_for_mac(file.read_bytes()).data
        if not request.replace:
            self._take_encoded(_TextReader(text), file, request)
            return
        upload = Upload(self.path)
        try:
            upload.write(text)
            upload.finish(self.path / request.name, replace=True)
        finally:
            upload.close()
        file.unlink(missing_ok=True)

    def _take_encoded(self, reader: ForkReader, file: Path, request: UploadRequest) -> None:
        """Store both forks once, also if the server is killed at any moment and this is called again.

        The data fork has a hidden name that follows from the encoded file's, and keeps it beside its own name
        until the encoded file is gone.
        """
        decoded = file.with_name(file.name + _DECODED)
        if decoded.exists() and decoded.stat().st_nlink > 1:
            file.unlink()
            decoded.unlink()
            return
        decoded.unlink(missing_ok=True)
        self._decode(reader, file, decoded, request)

    def _decode(self, reader: ForkReader, file: Path, decoded: Path, request: UploadRequest) -> None:
        """Store both forks under the name in the file, with a number if that is taken; remove the file."""
        info = reader.info
        size = info.data_length + info.resource_length
        if info.data_length > self.max_bytes:
            raise TooLargeError(Sentence("A file may have at most {most} bytes.", most=str(self.max_bytes)))
        if size > self.room() + request.length:
            raise StorageFullError(
                Sentence("There is no room for the {size} bytes of this file.", size=str(size))
            )
        upload = Upload(self.path, decoded.name)
        try:
            head = b""
            for part in reader.data_fork():
                head = head or part[:HEAD_BYTES]
                upload.write(part)
            self._store(upload, _name_of(info, request.name), info, head, reader.resource_fork())
            file.unlink(missing_ok=True)
        finally:
            upload.close()

    def _store(self, upload: Upload, name: str, info: MacFileInfo, head: bytes, resource: bytes) -> None:
        """Give the data fork its name; what belongs to it is there before: no crash separates them."""
        for free in map(self._stored_name, numbered_names(name)):
            document = self.path / free
            if document.exists():
                continue
            is_known = type_and_creator(free, head) == (info.kind, info.creator)
            if resource or not is_known or self.layout.for_guest:
                self.layout.write(document, info, resource)
            else:
                for path in self.layout.paths(document):
                    path.unlink(missing_ok=True)
            try:
                upload.finish(document, replace=False)
            except FileExistsError:
                continue
            return
        raise NameTakenError(Sentence("There are too many files “{name}”.", name=name))


class _TextReader(ForkReader):
    """A text in Mac Roman, whose name is that of the upload."""

    def __init__(self, text: bytes) -> None:
        self.info = MacFileInfo(b"", *TEXT, data_length=len(text))
        self._text = text

    def data_fork(self) -> Iterator[bytes]:
        yield self._text

    def resource_fork(self) -> bytes:
        return b""


def guest_name(name: str) -> str:
    """Return a name that a guest reads the same in any encoding: ASCII, no longer than a Mac's can be."""
    shown = unicodedata.normalize("NFKD", mac_names([name])[name].decode("mac_roman"))
    return "".join(each for each in shown if " " <= each <= "~").strip() or "document"


def _encoded_path(decoded: Path) -> Path:
    """Return the path of the encoded file that a data fork comes from."""
    return decoded.with_name(decoded.name.removesuffix(_DECODED))


def _name_of(info: MacFileInfo, encoded_name: str) -> str:
    """Return the host's name of a decoded file: the one it has on a Mac, else that of the encoded file."""
    try:
        return checked_name(host_name(info.name[:MAX_NAME].replace(b":", b"-").replace(b"\0", b"")))
    except (ValueError, FolderError):
        path = Path(encoded_name)
        return path.stem if path.suffix.lower() in (".bin", ".hqx", ".macbin") else path.name

"""A document as a MacBinary file, with type, creator and resource fork, for a Mac elsewhere.

A text whose characters a Mac has is sent as Macs have texts: Mac Roman, with carriage returns.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from moof.mac_files.document_names import mac_names
from moof.mac_files.document_text import MAX_TEXT, text_for_mac
from moof.mac_files.document_types import HEAD_BYTES, type_and_creator
from moof.mac_files.mac_file import CHUNK_BYTES, MacFileInfo
from moof.mac_files.mac_time import MAC_EPOCH
from moof.mac_files.macbinary import macbinary_header, padding
from moof.server.storage.fork_layout import ForkLayout

_MAX_SECONDS: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class MacBinaryExport:
    """A document that is being read: its header, data fork and resource fork."""

    info: MacFileInfo
    header: bytes
    data: BinaryIO
    resource: bytes

    @property
    def length(self) -> int:
        """The bytes of the whole file."""
        data, resource = self.info.data_length, self.info.resource_length
        return len(self.header) + data + padding(data) + resource + padding(resource)

    def parts(self) -> Iterator[bytes]:
        """Yield the file, and close the document. Raises OSError."""
        with self.data:
            yield self.header
            left = self.info.data_length
            while left > 0 and (part := self.data.read(min(left, CHUNK_BYTES))):
                left -= len(part)
                yield part
            yield bytes(left + padding(self.info.data_length))  # zeros for a file that was cut meanwhile
            yield self.resource + bytes(padding(len(self.resource)))


def open_export(path: Path, layout: ForkLayout) -> MacBinaryExport:
    """Open a document. Raises OSError."""
    data: BinaryIO = path.open("rb")
    status = path.stat()
    head = data.read(HEAD_BYTES)
    forks = layout.read(path)
    kind, creator = forks.kind_and_creator or type_and_creator(path.name, head)
    length = status.st_size
    if kind == b"TEXT" and not layout.for_guest and length <= MAX_TEXT:
        data.seek(0)
        text = text_for_mac(data.read(MAX_TEXT))
        if text.exact:
            data.close()
            data, length = io.BytesIO(text.data), len(text.data)
    data.seek(0)
    name = mac_names([path.name])[path.name]
    info = MacFileInfo(name, kind, creator, forks.flags, length, len(forks.resource))
    modified = min(max(0, int(status.st_mtime) + MAC_EPOCH), _MAX_SECONDS)
    return MacBinaryExport(info, macbinary_header(info, modified), data, forks.resource)

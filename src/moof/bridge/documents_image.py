"""Makes the image of a documents folder for an emulator that cannot share a folder with its Mac.

The image is made anew at each start, and the Mac only reads it. Texts become those of a Mac; resource forks
and types come from AppleDouble files `._NAME`, as the built-in Mac keeps them.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from moof.folder_files import open_folder, read_entry, status_of, visible_files
from moof.mac_files.apple_double import (
    MAX_APPLE_DOUBLE,
    apple_double_name,
    read_finder_flags,
    read_resource_fork,
    read_type_and_creator,
)
from moof.mac_files.document_names import mac_names
from moof.mac_files.document_text import MAX_TEXT, text_for_mac
from moof.mac_files.document_types import HEAD_BYTES, TEXT, type_and_creator
from moof.mac_files.documents_volume import MAX_FORKS, VolumeFile, documents_volume
from moof.mac_files.mac_file import MacFileInfo

LOG: Final = logging.getLogger(__name__)

DOCUMENTS_IMAGE: Final = "documents.img"
"""The image's name in the bridge's directory."""
MAX_FILES: Final = 2000
_VOLUME: Final = "Documents"
_MODE: Final = 0o400
"""Mini vMac locks a disk that it may not write."""


def write_documents_image(folder: Path, image: Path, now: int) -> None:
    """Write the image of a folder's documents; `now` in seconds since 1970. Raises OSError.

    Files for which it has no room are left out, and named in the log.
    """
    with open_folder(folder) as opened:
        data = documents_volume(list(_fitting(opened)), _VOLUME, now)
    image.write_bytes(data)
    image.chmod(_MODE)


def _fitting(folder: int) -> Iterator[VolumeFile]:
    """Yield the documents that fit, in the order of their names."""
    room = MAX_FORKS
    for host, name in mac_names(visible_files(folder, MAX_FILES)).items():
        status = status_of(folder, host)
        if status is None:
            continue
        if status.st_size > room:
            LOG.warning("“%s” is not on the Mac's disk: it has room for %d MB.", host, MAX_FORKS >> 20)
            continue
        try:
            file = _document(folder, host, name, status.st_size, int(status.st_mtime))
        except OSError as error:
            LOG.warning("“%s” is not on the Mac's disk: %s.", host, error.strerror)
            continue
        size = len(file.data) + len(file.resource)
        if size <= room:
            room -= size
            yield file


def _document(folder: int, host: str, name: bytes, size: int, modified: int) -> VolumeFile:
    data = read_entry(folder, host, size)
    about = _apple_double(folder, host)
    kind, creator = read_type_and_creator(about) or type_and_creator(host, data[:HEAD_BYTES])
    if kind == TEXT[0] and len(data) <= MAX_TEXT:
        data = text_for_mac(data).data
    info = MacFileInfo(name, kind, creator, read_finder_flags(about))
    return VolumeFile(info, data, read_resource_fork(about), modified)


def _apple_double(folder: int, host: str) -> bytes:
    try:
        return read_entry(folder, apple_double_name(host), MAX_APPLE_DOUBLE)
    except OSError:
        return b""

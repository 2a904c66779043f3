"""BinHex 4.0: a Mac's file with both forks as text. Pure. Source: RFC 1741, appendix A.

Six bits are one character between two colons; 0x90 repeats the byte before it; header and forks have a
checksum each. StuffIt archives are often in BinHex, and are then stored as archives.
"""

import base64
import re
import struct
from binascii import crc_hqx
from collections.abc import Iterator
from typing import BinaryIO, Final

from moof.mac_files.mac_file import CHUNK_BYTES, ForkReader, MacFileError, MacFileInfo

_BEGIN: Final = re.compile(rb"\(This file must be converted with BinHex[^\r\n]*\)\s*:")
_HEAD_BYTES: Final = 8192  # of mail headers, say, before the first line
_ALPHABET: Final = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64: Final = bytes.maketrans(_ALPHABET, _BASE64)
_BLANKS: Final = b" \t\r\n"
_REPEAT: Final = 0x90
_MARK: Final = re.compile(rb"\x90(.)", re.DOTALL)
_FIELDS: Final = struct.Struct(">4s4sHII")
_MAX_NAME: Final = 63
_DAMAGED: Final = "The BinHex file is damaged"


def open_binhex(file: BinaryIO) -> ForkReader | None:
    """Return the reader of a file, None if it is no BinHex file. Raises MacFileError if it is damaged."""
    file.seek(0)
    begin = _BEGIN.search(file.read(_HEAD_BYTES))
    if begin is None:
        return None
    file.seek(begin.end())
    return _BinHexReader(file)


def _decoded(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes between the colons, before their repetitions are expanded."""
    rest = b""
    ended = False
    while not ended and (text := file.read(CHUNK_BYTES)):
        text, colon, _ = text.translate(None, _BLANKS).partition(b":")
        ended = bool(colon)
        if text.translate(None, _ALPHABET):
            raise MacFileError(f"{_DAMAGED}: it has other characters.")
        text = rest + text
        whole = len(text) - len(text) % 4
        rest = text[whole:]
        yield base64.b64decode(text[:whole].translate(_TO_BASE64))
    if rest and len(rest) != 1:
        yield base64.b64decode(rest.translate(_TO_BASE64) + b"=" * (-len(rest) % 4))


def _expanded(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes with their repetitions: 0x90 and a count, or 0x90 0 for the byte 0x90 itself."""
    last = rest = b""
    for part in parts:
        data, place = rest + part, 0
        expanded = bytearray()
        for mark in _MARK.finditer(data):
            expanded += data[place : mark.start()]
            last = bytes(expanded[-1:]) or last
            count = mark[1][0]
            if count and not last:
                raise MacFileError(f"{_DAMAGED}: it repeats nothing.")
            expanded += last * (count - 1) if count else bytes([_REPEAT])
            place = mark.end()
        rest = data[-1:] if data[place:].endswith(bytes([_REPEAT])) else b""
        expanded += data[place : len(data) - len(rest)]
        last = bytes(expanded[-1:]) or last
        yield bytes(expanded)


class _BinHexReader(ForkReader):
    def __init__(self, file: BinaryIO) -> None:
        self._parts = _expanded(_decoded(file))
        self._rest = b""
        self.info = self._header()
        self.info.check_length()

    def data_fork(self) -> Iterator[bytes]:
        return self._fork(self.info.data_length)

    def resource_fork(self) -> bytes:
        return b"".join(self._fork(self.info.resource_length))

    def _header(self) -> MacFileInfo:
        length = self._take(1)
        if not 1 <= length[0] <= _MAX_NAME:
            raise MacFileError(f"{_DAMAGED}: its name has no valid length.")
        fields = self._take(length[0] + 1 + _FIELDS.size)
        self._check(crc_hqx(length + fields, 0))
        kind, creator, flags, data_length, resource_length = _FIELDS.unpack(fields[length[0] + 1 :])
        return MacFileInfo(fields[: length[0]], kind, creator, flags, data_length, resource_length)

    def _fork(self, length: int) -> Iterator[bytes]:
        checksum = 0
        while length > 0:
            part = self._take_some(length)
            checksum = crc_hqx(part, checksum)
            length -= len(part)
            yield part
        self._check(checksum)

    def _check(self, checksum: int) -> None:
        if self._take(2) != struct.pack(">H", checksum):
            raise MacFileError(f"{_DAMAGED}: a checksum is wrong.")

    def _take(self, length: int) -> bytes:
        taken = b""
        while len(taken) < length:
            taken += self._take_some(length - len(taken))
        return taken

    def _take_some(self, most: int) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._parts)
            except StopIteration as error:
                raise MacFileError(f"{_DAMAGED}: its end is missing.") from error
        taken, self._rest = self._rest[:most], self._rest[most:]
        return taken

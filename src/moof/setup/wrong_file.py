"""Says what a file is that was taken for a ROM, by the signatures of its format."""

from typing import Final

_SIGNATURES: Final = (
    (0, b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (0, b"Rar!", "a RAR archive: unpack it first"),
    (0, b"BZh", "a bzip2 archive: unpack it first"),
    (0, b"\xfd7zXZ\0", "an XZ archive: unpack it first"),
    (0, b"SIT!", "a StuffIt archive: unpack it first"),
    (0, b"StuffIt", "a StuffIt archive: unpack it first"),
    (0, b"(This file must be converted with BinHex", "a BinHex file: decode it first"),
    (128, b"SIT!", "a StuffIt archive in MacBinary: unpack it first"),
    (0, b"\x7fELF", "a Linux program"),
    (0, b"MZ", "a Windows or DOS program"),
    (0, b"\xca\xfe\xba\xbe", "a macOS program"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"LK", "a Mac's floppy disk or hard disk image: it belongs to the question for a disk"),
    (0, b"ER", "a Mac's hard disk image: it belongs to the question for a disk"),
    (1024, b"BD", "a Mac's disk image (HFS): it belongs to the question for a disk"),
    (1024, b"\xd2\xd7", "a Mac's floppy disk image (MFS): it belongs to the question for a disk"),
    (1024, b"H+", "a Mac's disk image (HFS Plus): it belongs to the question for a disk"),
    (0x8001, b"CD001", "a CD image: it belongs to the question for a CD"),
    (82, b"\x01\x00", "a floppy disk image of Disk Copy 4.2"),
    (0, b"\x55\xaa", "the ROM of a PC's card"),
)
"""Offset, bytes, and what they show; the first that fits counts."""
_DISK_COPY: Final = 82
_PC_RESET: Final = 16
"""A PC's processor starts 16 bytes before the end of its ROM, with a jump."""
_SAMPLE: Final = 4096


def describe_wrong_file(data: bytes) -> str:
    """Return what the file is, as the end of the sentence "This is …"."""
    if not data:
        return "an empty file"
    for offset, signature, what in _SIGNATURES:
        is_there = data[offset : offset + len(signature)] == signature
        if is_there and (offset != _DISK_COPY or 1 <= data[0] <= 63):  # the length of the disk's name
            return what
    if data[-512:].startswith(b"koly"):
        return "a disk image of macOS (DMG): convert it first"
    if data.count(data[0]) == len(data):
        return "a file in which all bytes are the same"
    if len(data) % 1024 == 0 and data[-_PC_RESET] == 0xEA:
        return "the ROM of a PC"
    if _is_text(data[:_SAMPLE]):
        return "a text or a web page, as a download leaves that went wrong"
    return "not the ROM of a Mac"


def _is_text(sample: bytes) -> bool:
    try:
        text = sample.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3:  # not only a character that the sample cuts in two
            return False
        text = sample[: error.start].decode()
    return all(each.isprintable() or each in "\r\n\t\f" for each in text)

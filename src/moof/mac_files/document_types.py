"""Type and creator of documents, by their names and first bytes. Pure.

A document whose type follows from these needs no AppleDouble file: the host's user sees a plain file.
"""

import codecs
import re
from pathlib import PurePosixPath
from typing import Final

HEAD_BYTES: Final = 1024
"""First bytes of a file that say what it is."""
TEXT: Final = (b"TEXT", b"ttxt")
UNKNOWN: Final = (b"????", b"????")
_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", b"PNGf"),
    (b"\xff\xd8\xff", b"JPEG"),
    (b"GIF8", b"GIFf"),
    (b"BM", b"BMPf"),
)
_VIEWER: Final = b"ogle"  # PictureViewer
_OTHERS: Final = {
    ".bin": (b"BINA", b"hscd"),
    ".dsk": (b"rohd", b"ddsk"),
    ".hqx": (b"TEXT", b"BnHq"),
    ".img": (b"rohd", b"ddsk"),
    ".pdf": (b"PDF ", b"CARO"),
    ".sit": (b"SIT!", b"SIT!"),
    ".zip": (b"ZIP ", b"SITx"),
}
_NOT_IN_A_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def type_and_creator(name: str, head: bytes) -> tuple[bytes, bytes]:
    """Return what a file of this name is that begins with these bytes (HEAD_BYTES at most)."""
    for signature, kind in _PICTURES:
        if head.startswith(signature):
            return kind, _VIEWER
    known = _OTHERS.get(PurePosixPath(name).suffix.lower())
    if known is not None:
        return known
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Return whether these are UTF-8, the last character of which may be cut, without control characters."""
    if _NOT_IN_A_TEXT.search(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True

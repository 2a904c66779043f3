"""The name under which a document is downloaded: with an extension, which most systems of today need."""

from pathlib import Path
from typing import Final

_HEAD_BYTES: Final = 4096
_EXTENSIONS: Final = ((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"))


def download_name(path: Path) -> str:
    """Return the file's name, with an extension by its first bytes if it has none. Raises OSError."""
    if path.suffix:
        return path.name
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for signature, extension in _EXTENSIONS:
        if head.startswith(signature):
            return path.name + extension
    return path.name if b"\0" in head else path.name + ".txt"

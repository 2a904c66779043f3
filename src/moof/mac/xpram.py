"""The XPRAM (extended parameter RAM): 256 bytes that survive power-off, in a file."""

import threading
from pathlib import Path
from typing import Final

import platformdirs

from moof.atomic_file import replace_file
from moof.mac.errors import MacError
from moof.mac.video_card import DEFAULT_MODE, DEPTHS, SIZES, VideoMode

SIZE: Final = 256
_SIGNATURE_AT: Final = 0x0C
_SIGNATURE: Final = b"NuMc"

# Moof's own settings; the guest's are in the bytes after them, up to 0xBF.
SETTINGS_AT: Final = 0x80
_SETTINGS_MARK: Final = bytes((ord("m"), 1))
DEPTH_AT: Final = 0x82
SIZE_INDEX_AT: Final = 0x83


class XpramError(MacError):
    """The XPRAM file cannot be read or written."""


def default_path() -> Path:
    """Return the default path of the XPRAM file."""
    return Path(platformdirs.user_data_dir("moof")) / "xpram.bin"


class Xpram:
    """The bytes and their file; without a file they are lost at the end.

    The 68k's thread reads and writes single bytes; any thread may save. Raises XpramError if the file cannot
    be read.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._saving = threading.Lock()
        self._bytes = _load(path) if path else _fresh()
        self._saved = bytes(self._bytes)

    def read(self, offset: int) -> int:
        """Return the byte at `offset`, 0 to 255. Raises IndexError elsewhere."""
        return self._bytes[_checked(offset)]

    def write(self, offset: int, value: int) -> None:
        """Store the low 8 bits of `value` at `offset`, 0 to 255. Raises IndexError elsewhere."""
        self._bytes[_checked(offset)] = value & 0xFF

    def contents(self) -> bytes:
        """Return all 256 bytes."""
        return bytes(self._bytes)

    def replace(self, contents: bytes) -> None:
        """Store 256 bytes; `save` writes them. Raises ValueError for another number."""
        if len(contents) != SIZE:
            raise ValueError(f"{len(contents)} bytes are no XPRAM, which has {SIZE}")
        self._bytes[:] = contents

    def video_mode(self) -> VideoMode:
        """Return the mode the user chose last, or the default if no valid mode is stored."""
        depth, size_index = self._bytes[DEPTH_AT], self._bytes[SIZE_INDEX_AT]
        marked = self._bytes[SETTINGS_AT : SETTINGS_AT + 2] == _SETTINGS_MARK
        if not marked or depth not in DEPTHS or size_index >= len(SIZES):
            return DEFAULT_MODE
        return VideoMode(*SIZES[size_index], depth)

    def save(self) -> bool:
        """Write the file if a byte changed since it was read or written; return whether it was written.

        The file is replaced atomically and synced: a crash or a power cut leaves the old or the new settings.
        Raises XpramError if it cannot be written.
        """
        with self._saving:
            now = bytes(self._bytes)
            if self._path is None or now == self._saved:
                return False
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(self._path, now)
            except OSError as error:
                raise XpramError(
                    f"The settings cannot be saved to {self._path}: {error.strerror}."
                ) from error
            self._saved = now
            return True


def _checked(offset: int) -> int:
    if not 0 <= offset < SIZE:
        raise IndexError(f"XPRAM has {SIZE} bytes, none at {offset}")
    return offset


def _fresh() -> bytearray:
    contents = bytearray(SIZE)
    contents[_SIGNATURE_AT : _SIGNATURE_AT + 4] = _SIGNATURE
    return contents


def _load(path: Path) -> bytearray:
    """Return the file's bytes; fresh ones if there is no file or an invalid one (replaced by `save`)."""
    try:
        contents = bytearray(path.read_bytes())
    except FileNotFoundError:
        return _fresh()
    except OSError as error:
        raise XpramError(f"The settings in {path} cannot be read: {error.strerror}.") from error
    valid = len(contents) == SIZE and contents[_SIGNATURE_AT : _SIGNATURE_AT + 4] == _SIGNATURE
    return contents if valid else _fresh()

"""Files of states without a Mac: whole ones, and what somebody hostile would upload."""

import hashlib
import io
from pathlib import Path

import zstandard
from PIL import Image

from moof.states import StateMetadata, StateSummary, pack_state
from moof.states.contents_layout import LENGTHS
from moof.states.state_file import DIGEST_BYTES, HEADER, MAX_CONTENTS, StateKind

RAM_MB = 1


def picture(width: int = 4, height: int = 3) -> bytes:
    """Return a black PNG."""
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "png")
    return file.getvalue()


def state_file(name: str = "A", ram_mb: int = RAM_MB, image: bytes | None = None) -> bytes:
    """Return a state as a Mac would save it, with 1 MB of RAM; its description says `ram_mb`."""
    metadata = StateMetadata(name, 1000, 640, 480, 8, ram_mb, "0.1.0", "Moof desktop")
    parts = (b"{}", b"rom", bytes(RAM_MB << 20), b"pixels")
    summary = StateSummary(metadata, picture() if image is None else image)
    return pack_state(summary, (LENGTHS.pack(*map(len, parts)), *parts))


def signed(body: bytes) -> bytes:
    """Return a file with a right digest."""
    return body + hashlib.sha256(body).digest()


def with_contents(frame: bytes, length: int) -> bytes:
    """Return a file whose contents are this Zstandard frame, of which it says that it has `length` bytes."""
    whole = state_file()
    values = list(HEADER.unpack_from(whole))
    head = whole[HEADER.size : len(whole) - DIGEST_BYTES - values[6]]
    values[6:] = [len(frame), length]
    return signed(HEADER.pack(*values) + head + frame)


def hostile_files() -> dict[str, bytes]:
    """Return files of which none may be kept, by what is wrong with them."""
    whole = state_file()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    newer = bytearray(whole[:-DIGEST_BYTES])
    newer[8] = 9
    program = bytearray(whole[:-DIGEST_BYTES])
    program[10] = StateKind.PROGRAM
    zeros = zstandard.ZstdCompressor().compress(bytes(MAX_CONTENTS + (64 << 20)))
    return {
        "nothing": b"",
        "no state": b"GIF89a" + bytes(1000),
        "cut off": whole[:-1],
        "longer": whole + b"x",
        "a changed byte": bytes(changed),
        "a newer version": signed(bytes(newer)),
        "a bomb": with_contents(zeros, 1000),
        "a bomb that says so": with_contents(zeros, MAX_CONTENTS + (64 << 20)),
        "of a program behind the bridge": signed(bytes(program)),
        "no frame": with_contents(b"frame", 1000),
        "other lengths of parts": with_contents(zstandard.ZstdCompressor().compress(bytes(1000)), 1000),
        "another size of RAM": state_file(ram_mb=2),
        "no picture": state_file(image=b"<script>"),
        "a huge picture": state_file(image=picture(5000, 5000)),
    }


def names_in(folder: Path) -> list[str]:
    """Return the names of everything in a folder."""
    return [path.name for path in folder.iterdir()]

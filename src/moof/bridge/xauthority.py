"""The key to a private display: an MIT-MAGIC-COOKIE-1, and the file that gives it to X clients (Xau(3))."""

import secrets
import struct
from typing import Final

PROTOCOL: Final = b"MIT-MAGIC-COOKIE-1"
_FAMILY_WILD: Final = 0xFFFF
_COOKIE_BYTES: Final = 16


def new_cookie() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(_COOKIE_BYTES)


def entry(cookie: bytes) -> bytes:
    """Return the file's only entry: this cookie opens whichever display one connects to."""
    fields = (b"", b"", PROTOCOL, cookie)  # host and display number: any
    return struct.pack(">H", _FAMILY_WILD) + b"".join(struct.pack(">H", len(f)) + f for f in fields)

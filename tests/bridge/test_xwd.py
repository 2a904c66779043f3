"""The X server's framebuffer file."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.xwd import XwdHeader, map_framebuffer


def header(width: int = 4, height: int = 3, bits: int = 32, order: int = 0) -> bytes:
    fields = [100, 7, 2, 24, width, height, 0, order, 32, order, 32, bits, width * 4, 4, 0, 0, 0, 8, 256, 256]
    return struct.pack(">25I", *fields, *[0] * 5)


def test_a_framebuffer_is_mapped(tmp_path: Path) -> None:
    file = tmp_path / "screen"
    file.write_bytes(header() + bytes(256 * 12) + np.arange(12, dtype="<u4").tobytes())
    assert map_framebuffer(file).tolist() == np.arange(12).reshape(3, 4).tolist()
    file.write_bytes(header())
    with pytest.raises(BridgeError, match="shorter"):
        map_framebuffer(file)


@pytest.mark.parametrize("data", [b"", header(bits=8), header(order=1)])
def test_another_kind_of_display_is_refused(data: bytes) -> None:
    with pytest.raises(BridgeError):
        XwdHeader.parse(data)

"""What a file is that is no ROM."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.setup.wrong_file import describe_wrong_file


def at(offset: int, signature: bytes, size: int = 0x10000) -> bytes:
    data = bytearray(bytes(range(256)) * (size // 256))
    data[offset : offset + len(signature)] = signature
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty file"),
        (at(0, b"PK\x03\x04"), "ZIP"),
        (at(0, b"SIT!"), "StuffIt"),
        (at(0, b"(This file must be converted with BinHex"), "BinHex"),
        (at(1024, b"BD"), "HFS"),
        (at(1024, b"\xd2\xd7"), "MFS"),
        (at(0, b"LK\x60\x00"), "disk"),
        (at(0, b"ER\x02\x00"), "hard disk"),
        (at(0x8001, b"CD001"), "CD image"),
        (b"\x08" + at(81, b"\x01\x00")[:2000], "Disk Copy 4.2"),
        (at(0x10000 - 512, b"koly"), "DMG"),
        (at(0x10000 - 16, b"\xea\x5b\xe0\x00\xf0"), "the ROM of a PC"),
        (at(0, b"\x55\xaa\x40"), "PC's card"),
        (bytes(1 << 20), "all bytes are the same"),
        (b"\xff" * 4096, "all bytes are the same"),
        ("<!DOCTYPE html><p>Nicht gefunden – ä".encode() * 200, "web page"),
        (at(0, b"\x7fELF"), "Linux program"),
        (at(0, b"\x01\x02"), "not the ROM of a Mac"),
    ],
)
def test_file_is_named(data: bytes, words: str) -> None:
    assert words in describe_wrong_file(data)


@given(st.binary(max_size=3000))
def test_any_bytes_have_a_description(data: bytes) -> None:
    assert describe_wrong_file(data)

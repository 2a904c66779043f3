"""AppleDouble files: type and creator, whatever else the file has."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from moof.mac.apple_double import apple_double_name, read_type_and_creator, with_type_and_creator

CODES = st.binary(min_size=4, max_size=4)


@given(st.binary(max_size=200), CODES, CODES)
def test_type_and_creator_come_back(before: bytes, kind: bytes, creator: bytes) -> None:
    assert read_type_and_creator(with_type_and_creator(before, kind, creator)) == (kind, creator)


@given(st.binary(max_size=200).map(lambda data: struct.pack(">II16x", 0x51607, 0x20000) + data))
def test_any_bytes_are_read(data: bytes) -> None:
    read_type_and_creator(data)


def test_a_resource_fork_stays() -> None:
    header = struct.pack(">II16xH", 0x51607, 0x20000, 2)
    entries = struct.pack(">IIIIII", 9, 50, 32, 2, 82, 4)
    file = header + entries + b"APPLwild" + bytes(24) + b"fork"
    changed = with_type_and_creator(file, b"TEXT", b"ttxt")
    assert read_type_and_creator(changed) == (b"TEXT", b"ttxt")
    assert (len(changed), changed[-4:]) == (len(file), b"fork")


def test_its_name_is_hidden() -> None:
    assert apple_double_name("Letter") == "._Letter"

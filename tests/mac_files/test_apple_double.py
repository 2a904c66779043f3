"""AppleDouble files: type and creator, whatever else the file has."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from moof.mac_files.apple_double import (
    apple_double_file,
    apple_double_name,
    is_apple_double,
    read_finder_flags,
    read_resource_fork,
    read_type_and_creator,
    with_type_and_creator,
)
from moof.mac_files.mac_file import MacFileInfo

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


def test_a_file_with_a_resource_fork() -> None:
    info = MacFileInfo(b"a", b"APPL", b"Test", 0x2100)
    file = apple_double_file(info, b"resources")
    assert is_apple_double(file)
    assert (read_type_and_creator(file), read_finder_flags(file)) == ((b"APPL", b"Test"), 0x2100)
    assert read_resource_fork(file) == b"resources"
    changed = with_type_and_creator(file, b"TEXT", b"ttxt")
    assert (read_type_and_creator(changed), read_resource_fork(changed)) == ((b"TEXT", b"ttxt"), b"resources")


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda rest: b"\0\5\x16\7\0\2\0\0" + rest))
def test_hostile_resource_forks_are_within_the_file(data: bytes) -> None:
    assert len(read_resource_fork(data)) <= len(data)
    assert 0 <= read_finder_flags(data) < 65536
    is_apple_double(data)

import io
from binascii import crc_hqx
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac_files import MacFileError, MacFileInfo, open_macbinary
from moof.mac_files.mac_file import MAX_RESOURCE_FORK
from moof.mac_files.macbinary import BLOCK, macbinary_header, padding

INFO = MacFileInfo(b"Caf\x8e", b"APPL", b"Test", 0x2140)


def macbinary(info: MacFileInfo, data: bytes, resource: bytes) -> bytes:
    filled = (part + bytes(padding(len(part))) for part in (data, resource))
    return macbinary_header(info, 1) + b"".join(filled)


FORK = st.binary(max_size=400)


@given(FORK, FORK, st.binary(min_size=1, max_size=63), st.integers(0, 65535))
def test_a_file_comes_back(data: bytes, resource: bytes, name: bytes, flags: int) -> None:
    info = MacFileInfo(name, b"TEXT", b"ttxt", flags, len(data), len(resource))
    whole = macbinary(info, data, resource)
    reader = open_macbinary(io.BytesIO(whole), len(whole))
    assert reader is not None
    assert reader.info == info
    assert b"".join(reader.data_fork()) == data
    assert reader.resource_fork() == resource


def test_macbinary_1_has_no_checksum() -> None:
    whole = bytearray(macbinary(replace(INFO, flags=0, data_length=3), b"abc", b""))
    whole[99:128] = bytes(29)
    reader = open_macbinary(io.BytesIO(whole), len(whole))
    assert reader is not None
    assert [*reader.data_fork()] == [b"abc"]
    assert open_macbinary(io.BytesIO(whole), len(whole) + 1000) is None  # longer than it says


def test_a_second_header_is_skipped() -> None:
    header = bytearray(macbinary_header(replace(INFO, data_length=1), 0))
    header[120:122] = b"\0\5"
    header[124:126] = crc_hqx(bytes(header[:124]), 0).to_bytes(2, "big")
    whole = bytes(header) + bytes(BLOCK) + b"x"
    reader = open_macbinary(io.BytesIO(whole), len(whole))
    assert reader is not None
    assert [*reader.data_fork()] == [b"x"]


@given(st.binary(max_size=300) | st.binary(min_size=127, max_size=200).map(lambda rest: b"\0\1" + rest))
def test_hostile_input_is_no_macbinary_file_or_is_read(data: bytes) -> None:
    reader = open_macbinary(io.BytesIO(data), len(data))
    if reader is not None:
        assert len(b"".join(reader.data_fork()) + reader.resource_fork()) <= len(data)


def test_a_fork_that_is_longer_than_the_file_is_no_macbinary() -> None:
    whole = macbinary(replace(INFO, data_length=1 << 20), b"", b"")
    assert open_macbinary(io.BytesIO(whole), len(whole)) is None


def test_a_file_that_was_cut_meanwhile_is_refused() -> None:
    whole = macbinary(replace(INFO, data_length=300, resource_length=10), bytes(300), bytes(10))
    reader = open_macbinary(io.BytesIO(whole[:200]), len(whole))
    assert reader is not None
    with pytest.raises(MacFileError):
        [*reader.data_fork()]
    with pytest.raises(MacFileError):
        reader.resource_fork()


def test_a_resource_fork_has_a_limit() -> None:
    whole = macbinary_header(replace(INFO, resource_length=MAX_RESOURCE_FORK + 1), 0)
    with pytest.raises(MacFileError):
        open_macbinary(io.BytesIO(whole), MAX_RESOURCE_FORK + 1000)

"""The parameter block of FILE_REQUEST."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.file_requests import (
    BLOCK_BYTES,
    MAX_BUFFER,
    FileFlags,
    FileOperation,
    FileResult,
    read_request,
    result_of,
)
from moof.mac.memory import BLOCK_BYTES as MEMORY_BYTES
from moof.mac.memory import MEGABYTE, GuestMemory, MacMemoryError

ADDRESS = 0x5000


def block(operation: int = 3, buffer: int = 0x6000, length: int = 4, name: bytes = b"\x04name") -> bytes:
    return struct.pack(">HHIII4s4s32s32s", operation, 3, buffer, length, 7, b"TEXT", b"ttxt", name, b"\x01b")


def test_a_write_request_is_read_with_its_data(memory: GuestMemory) -> None:
    memory.write_bytes(ADDRESS, block())
    memory.write_bytes(0x6000, b"data")
    request = read_request(memory, ADDRESS)
    assert (request.operation, request.flags) == (FileOperation.WRITE, FileFlags.REPLACE | FileFlags.TEXT)
    assert (request.kind, request.creator, request.offset) == (b"TEXT", b"ttxt", 7)
    assert (request.name, request.new_name, request.data) == (b"name", b"b", b"data")


@pytest.mark.parametrize(
    "bad",
    [
        block(operation=0),
        block(operation=99),
        block(length=MAX_BUFFER + 1),
        block(length=0xFFFF_FFFF),
        block(buffer=MEMORY_BYTES - 2),
        block(buffer=0xFFFF_FFFF),
        block(name=b"\xff" * 32),
    ],
)
def test_bad_values_are_refused(memory: GuestMemory, bad: bytes) -> None:
    memory.write_bytes(ADDRESS, bad)
    with pytest.raises((ValueError, MacMemoryError)):
        read_request(memory, ADDRESS)


def test_a_block_outside_of_memory_is_refused(memory: GuestMemory) -> None:
    with pytest.raises(MacMemoryError):
        read_request(memory, MEMORY_BYTES - BLOCK_BYTES + 1)


@given(st.binary(min_size=BLOCK_BYTES, max_size=BLOCK_BYTES))
def test_any_block_is_read_or_refused(data: bytes) -> None:
    memory = GuestMemory(MEGABYTE)
    memory.write_bytes(ADDRESS, data)
    try:
        request = read_request(memory, ADDRESS)
    except (ValueError, MacMemoryError):
        return
    assert request.length <= MAX_BUFFER


def test_every_errno_is_an_error_of_a_mac() -> None:
    assert all(result_of(number) < 0 for number in errno.errorcode)
    assert result_of(errno.ENOSPC) is FileResult.DISK_FULL

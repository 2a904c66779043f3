from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.memory import (
    BLOCK_BYTES,
    FRAMEBUFFER_BASE,
    FRAMEBUFFER_BYTES,
    MAX_ROM_BYTES,
    MEGABYTE,
    ROM_BASE,
    GuestMemory,
    MacMemoryError,
)

SHARED = GuestMemory(MEGABYTE)


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0])


def test_ram_rom_and_framebuffer_do_not_overlap() -> None:
    assert 64 * MEGABYTE <= ROM_BASE
    assert ROM_BASE + MAX_ROM_BYTES <= FRAMEBUFFER_BASE
    assert FRAMEBUFFER_BASE + FRAMEBUFFER_BYTES <= BLOCK_BYTES


@given(st.integers(0, BLOCK_BYTES - 4), st.integers(0, 0xFFFF_FFFF))
def test_long_words_are_big_endian(address: int, value: int) -> None:
    SHARED.write32(address, value)
    assert SHARED.read32(address) == value
    assert SHARED.read16(address) == value >> 16
    assert SHARED.read8(address + 3) == value & 0xFF
    assert SHARED.read_bytes(address, 4) == value.to_bytes(4, "big")


def test_values_are_truncated_to_their_width(memory: GuestMemory) -> None:
    memory.write8(0, 0x1FF)
    memory.write16(2, -1)
    memory.write32(4, 0x1_0000_0001)
    assert memory.read_bytes(0, 8) == bytes.fromhex("ff00ffff00000001")


@pytest.mark.parametrize(("address", "length"), [(BLOCK_BYTES, 1), (BLOCK_BYTES - 3, 4), (-1, 1), (0, -1)])
def test_access_outside_the_block_raises_memory_error(memory: GuestMemory, address: int, length: int) -> None:
    with pytest.raises(MacMemoryError, match="outside"):
        memory.read_bytes(address, length)


def test_wide_accessors_check_their_last_byte(memory: GuestMemory) -> None:
    with pytest.raises(MacMemoryError):
        memory.read32(BLOCK_BYTES - 3)
    with pytest.raises(MacMemoryError):
        memory.write16(BLOCK_BYTES - 1, 0)


@pytest.mark.parametrize("size", [0, MEGABYTE // 2, MEGABYTE + 1, 65 * MEGABYTE])
def test_ram_is_1_to_64_whole_megabytes(size: int) -> None:
    with pytest.raises(MacMemoryError, match="1 to 64"):
        GuestMemory(size)


def test_c_strings_end_at_zero_at_the_limit_or_with_memory(memory: GuestMemory) -> None:
    memory.write_bytes(0x100, b"hello\0world")
    assert memory.read_c_string(0x100, 255) == b"hello"
    assert memory.read_c_string(0x100, 3) == b"hel"
    memory.write_bytes(BLOCK_BYTES - 2, b"ab")
    assert memory.read_c_string(BLOCK_BYTES - 2, 255) == b"ab"
    with pytest.raises(MacMemoryError):
        memory.read_c_string(0xFFFF_FFFF, 255)


def test_clear_ram_keeps_rom_and_framebuffer(memory: GuestMemory) -> None:
    memory.write32(0x1000, 1)
    memory.write32(ROM_BASE, 2)
    memory.clear_ram()
    assert (memory.read32(0x1000), memory.read32(ROM_BASE)) == (0, 2)


def test_views_are_live(memory: GuestMemory) -> None:
    view = memory.view(FRAMEBUFFER_BASE, 4)
    memory.write32(FRAMEBUFFER_BASE, 0x01020304)
    assert view.tolist() == [1, 2, 3, 4]
    assert np.shares_memory(view, memory.block)


def test_released_pages_are_zero_and_use_no_memory() -> None:
    memory = GuestMemory(MEGABYTE)
    memory.block[:] = 1
    touched = resident_kib()
    memory.release_pages()
    assert touched - resident_kib() > 60 * 1024
    assert not memory.block[::4096].any()


def test_cleared_ram_uses_no_memory() -> None:
    memory = GuestMemory(64 * MEGABYTE)
    memory.block[:] = 1
    touched = resident_kib()
    memory.clear_ram()
    assert touched - resident_kib() > 60 * 1024
    assert not memory.view(0, 64 * MEGABYTE)[::4096].any()


def test_ram_is_cleared_in_a_file(tmp_path: Path) -> None:
    memory = GuestMemory(MEGABYTE, tmp_path / "guest.mem")
    memory.view(0, MEGABYTE)[:] = 1
    memory.write32(ROM_BASE, 2)
    memory.clear_ram()
    assert not memory.view(0, MEGABYTE).any()
    assert memory.read32(ROM_BASE) == 2


def test_memory_file_is_shared_with_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "guest.mem"
    memory = GuestMemory(MEGABYTE, path)
    memory.release_pages()
    memory.write32(0x16A, 0xCAFE)
    assert path.stat().st_size == BLOCK_BYTES
    with path.open("rb") as file:
        file.seek(0x16A)
        assert file.read(4) == b"\0\0\xca\xfe"


def test_unusable_memory_file_raises_memory_error(tmp_path: Path) -> None:
    with pytest.raises(MacMemoryError, match="choose a writable place"):
        GuestMemory(MEGABYTE, tmp_path / "missing" / "guest.mem")

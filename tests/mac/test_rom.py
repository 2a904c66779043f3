from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.rom import RomError, checksum, parse_rom, read_rom


def stamped(image: bytes, **changes: bytes) -> bytes:
    """`image` with other header fields (named by offset: `at_12=...`) and a checksum that is right."""
    data = bytearray(image)
    for name, value in changes.items():
        offset = int(name.removeprefix("at_"))
        data[offset : offset + len(value)] = value
    data[20:24] = checksum(bytes(data)).to_bytes(4, "big")
    return bytes(data)


def test_valid_rom_is_accepted(probe_image: bytes) -> None:
    rom = parse_rom(probe_image)
    assert (rom.name, rom.entry, rom.image) == ("Probe", 0x0400_0038, probe_image)


def test_names_are_mac_roman(probe_image: bytes) -> None:
    assert parse_rom(stamped(probe_image, at_24=b"Caf\x8e\0")).name == "Café"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"at_12": b"\0\2"}, "version 2"),
        ({"at_14": b"\0\x10"}, "damaged"),
        ({"at_16": b"\0\0\1\0"}, "damaged"),
        ({"at_4": b"\0\0\x10\0"}, "not in ROM"),
        ({"at_4": b"\4\0\0\x39"}, "not in ROM"),
    ],
)
def test_wrong_header_raises_rom_error(probe_image: bytes, changes: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(RomError, match=complaint):
        parse_rom(stamped(probe_image, **changes))


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_flipped_bit_raises_rom_error(probe_image: bytes, position: int, bit: int) -> None:
    damaged = bytearray(probe_image)
    damaged[position % len(damaged)] ^= 1 << bit
    with pytest.raises(RomError):
        parse_rom(bytes(damaged))


def test_too_large_rom_raises_rom_error(probe_image: bytes) -> None:
    size = 0x10_0001
    image = stamped(probe_image + bytes(size - len(probe_image)), at_16=size.to_bytes(4, "big"))
    with pytest.raises(RomError, match="room for 1048576"):
        parse_rom(image)


def apple_like(size: int) -> bytes:
    """Data with the mark of an Apple ROM: the sum of its words in front."""
    body = bytes(range(256)) * (size // 256)
    words = [int.from_bytes(body[i : i + 2], "big") for i in range(4, size, 2)]
    return sum(words).to_bytes(4, "big") + body[4:]


@pytest.mark.parametrize("image", [apple_like(0x2_0000), bytes(0x40_0000)])
def test_apple_rom_is_recognized_and_the_error_names_the_bridge(image: bytes) -> None:
    with pytest.raises(RomError, match=r"Apple ROM.*bridge"):
        parse_rom(image, "mac.rom")


@given(st.binary(max_size=200))
def test_other_data_raise_rom_error(data: bytes) -> None:
    with pytest.raises(RomError, match=r"not a ROM for this machine.*docs/guest\.md.*bridge"):
        parse_rom(data)


def test_rom_file_is_read(probe_file: Path) -> None:
    assert read_rom(probe_file).name == "Probe"


def test_missing_file_raises_rom_error(tmp_path: Path) -> None:
    with pytest.raises(RomError, match="cannot be read"):
        read_rom(tmp_path / "no.rom")

"""The offsets that instructions have after linking, read as the processors do."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.machine_code.relocations import MACHINES, ArmRelocations, LinkError, Reference, X86Relocations

SIZE: Final = 1 << 14
X86, ARM = X86Relocations(), ArmRelocations()
places = st.integers(0, SIZE // 8 - 4).map(lambda word: 8 * word)


def word_at(code: bytearray, at: int) -> int:
    return int.from_bytes(code[at : at + 4], "little")


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def page_of(code: bytearray, at: int) -> int:
    """Return the page that an ADRP instruction computes."""
    word = word_at(code, at)
    pages = signed((word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3, 21)
    return (at // 4096 + pages) * 4096


@given(places, places, st.sampled_from([2, 4, 9, 41, 42]))
def test_x86_refers_by_distance(at: int, target: int, kind: int) -> None:
    code = bytearray(SIZE)
    X86.apply(code, kind, Reference(at, target))
    assert at + signed(word_at(code, at), 32) == target


@given(places, places)
def test_x86_jumps_to_the_address_in_a_slot(at: int, slot: int) -> None:
    code = bytearray(SIZE)
    X86.write_stub(code, at, slot)
    assert code[at : at + 2] == b"\xff\x25"
    assert at + 6 + signed(word_at(code, at + 2), 32) == slot


@given(places, places, st.sampled_from([(277, 0), (278, 0), (284, 1), (285, 2), (286, 3)]))
def test_arm_refers_by_page_and_offset(at: int, target: int, kind: tuple[int, int]) -> None:
    code = bytearray(SIZE + 8)
    ARM.apply(code, 275, Reference(at, target))
    ARM.apply(code, kind[0], Reference(at + 4, target))
    offset = (word_at(code, at + 4) >> 10 & 0xFFF) << kind[1]
    assert page_of(code, at) + offset == target


@given(places, places)
def test_arm_branches_by_words(at: int, target: int) -> None:
    code = bytearray(SIZE)
    code[at : at + 4] = (0x94000000).to_bytes(4, "little")  # bl
    ARM.apply(code, 283, Reference(at, target))
    assert word_at(code, at) >> 26 == 0x25
    assert at + 4 * signed(word_at(code, at) & 0x3FFFFFF, 26) == target


@given(places, places)
def test_arm_jumps_to_the_address_in_a_slot(at: int, slot: int) -> None:
    code = bytearray(SIZE + 16)
    ARM.write_stub(code, at, slot)
    assert word_at(code, at) & 0x9F00001F == 0x90000010  # adrp x16
    assert word_at(code, at + 4) & 0xFFC003FF == 0xF9400210  # ldr x16, [x16, …]
    assert page_of(code, at) + (word_at(code, at + 4) >> 10 & 0xFFF) * 8 == slot
    assert word_at(code, at + 8) == 0xD61F0200  # br x16


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: type(machine).__name__)
def test_unknown_types_are_refused(machine: X86Relocations | ArmRelocations) -> None:
    with pytest.raises(LinkError, match="type 1"):
        machine.apply(bytearray(8), 1, Reference(0, 4))

"""Tables of C structs: which ones are rejected, and what derives from them."""

import struct

import pytest

from moof.ipc.record import Field, Record, Scalar

PAIR = Record("pair", 16, (Field("kind", 1, Scalar.U8), Field("value", 8, Scalar.U32)))


def test_the_struct_writes_padding_as_zeros_and_skips_it_when_reading() -> None:
    assert PAIR.struct.pack(0xAA, 0x01020304) == bytes.fromhex("00aa000000000000 0403020100000000")
    assert PAIR.struct.unpack(b"\xff" * 16) == (0xFF, 0xFFFFFFFF)
    assert PAIR.struct.size == PAIR.size


def test_a_part_counts_its_offsets_from_its_start() -> None:
    part = PAIR.part("tail", 4, 16)
    assert part.fields == (Field("value", 4, Scalar.U32),)
    assert part.size == 12


def test_fields_are_found_by_name() -> None:
    assert PAIR["value"].index == 2
    assert PAIR["value"].end == 12
    with pytest.raises(KeyError):
        PAIR["nothing"]


@pytest.mark.parametrize(
    "fields",
    [
        (Field("a", 0, Scalar.U32), Field("b", 2, Scalar.U16)),
        (Field("a", 2, Scalar.U32),),
        (Field("a", 8, Scalar.U64),),
    ],
    ids=["overlap", "misaligned", "too long"],
)
def test_an_impossible_struct_is_refused(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Record("impossible", 12, fields)


@pytest.mark.parametrize("scalar", Scalar)
def test_scalars_have_the_sizes_their_names_say(scalar: Scalar) -> None:
    assert scalar.size * 8 == int(scalar.name[1:])
    assert scalar.size == struct.calcsize(scalar.value)

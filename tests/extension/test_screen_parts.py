"""The parts of a screen's text on the wire, and what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.extension import PartKind, PartState, ScreenPart
from moof.extension.errors import ExtensionError
from moof.extension.screen_parts import MAX_PARTS, MAX_SCREEN_BYTES, pack_parts, unpack_parts

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1e"), max_size=40)
PARTS = st.lists(
    st.builds(ScreenPart, st.sampled_from(PartKind), st.integers(0, 7).map(PartState), TEXTS), max_size=20
).map(tuple)


@given(PARTS)
def test_parts_survive_the_wire(parts: tuple[ScreenPart, ...]) -> None:
    assert unpack_parts(pack_parts(parts)) == parts


def test_bytes_of_one_part() -> None:
    part = ScreenPart(PartKind.ITEM, PartState.DISABLED | PartState.CHECKED, "é\tC")
    assert pack_parts((part,)) == b"item 3 \xc3\xa9\tC\x1e"


@pytest.mark.parametrize("body", [b"", b"lamp 0 x\x1e", b"text 8 x\x1e", b"text x\x1e", b"text\x1e\x1e"])
def test_what_is_not_known_is_left_out(body: bytes) -> None:
    assert unpack_parts(body) == ()


def test_a_long_text_is_cut_and_parts_behind_it_are_left_out() -> None:
    long = ScreenPart(PartKind.FIELD, PartState.NONE, "é" * 40_000)
    packed = pack_parts((long, long))
    assert MAX_SCREEN_BYTES - 1 <= len(packed) <= MAX_SCREEN_BYTES
    assert [part.text[:2] for part in unpack_parts(packed)] == ["éé"]
    assert (
        len(pack_parts((ScreenPart(PartKind.TEXT, PartState.NONE, ""),) * (MAX_PARTS + 1))) == 8 * MAX_PARTS
    )


@given(st.binary(max_size=80))
def test_any_bytes_are_parts_or_an_error(body: bytes) -> None:
    try:
        assert all(isinstance(part, ScreenPart) for part in unpack_parts(body))
    except ExtensionError:
        assert max(body[i : i + 1] for i in range(len(body))) >= b"\x80"


def test_more_than_the_limit_is_an_error() -> None:
    with pytest.raises(ExtensionError, match="longer"):
        unpack_parts(b"x" * (MAX_SCREEN_BYTES + 1))

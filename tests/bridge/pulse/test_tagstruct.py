"""Tagged values, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.tagstruct import Reader, TagError, Writer

NONE = 0xFFFFFFFF
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(st.integers(0, NONE), TEXT)
def test_values_are_read_as_they_were_written(number: int, text: str) -> None:
    writer = Writer().u32(number).text(text, None).boolean(True, False).sample_spec(3, 2, number)
    reader = Reader(bytes(writer.properties().data))
    assert (reader.u32(), reader.text(), reader.text()) == (number, text, None)
    assert (reader.boolean(), reader.boolean(), reader.sample_spec()) == (True, False, (3, 2, number))
    assert reader.properties() == {}
    with pytest.raises(TagError):
        reader.u32()


@given(
    st.integers(0, 255),
    st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1), TEXT),
)
def test_format_is_read_as_it_was_written(encoding: int, properties: dict[str, str]) -> None:
    writer = Writer().format_info(encoding, properties).volumes(1, NONE)
    reader = Reader(bytes(writer.data))
    assert reader.format_info() == (encoding, {k: v.encode() + b"\0" for k, v in properties.items()})
    assert (reader.volumes(), reader.rest) == ((1, NONE), 0)

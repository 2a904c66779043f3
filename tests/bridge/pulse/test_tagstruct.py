"""Tagged values, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.tagstruct import Reader, TagError, Writer

NONE = 0xFFFFFFFF


@given(st.integers(0, NONE), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_values_are_read_as_they_were_written(number: int, text: str) -> None:
    writer = Writer().u32(number).text(text, None).boolean(True, False).sample_spec(3, 2, number)
    reader = Reader(bytes(writer.no_properties().data))
    assert (reader.u32(), reader.text(), reader.text()) == (number, text, None)
    assert (reader.boolean(), reader.boolean(), reader.sample_spec()) == (True, False, (3, 2, number))
    assert reader.properties() == {}
    with pytest.raises(TagError):
        reader.u32()

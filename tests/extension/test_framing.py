"""Splitting a byte stream into messages."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.extension.errors import ExtensionError
from moof.extension.framing import MAX_BODY, FrameSplitter, RawMessage, frame

MESSAGES = st.lists(st.builds(RawMessage, st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=8)


@given(MESSAGES, st.lists(st.integers(1, 40), min_size=1))
def test_messages_are_found_at_any_boundaries(messages: list[RawMessage], pieces: list[int]) -> None:
    stream = b"".join(frame(each.kind, each.body) for each in messages)
    splitter, found, at, turn = FrameSplitter(), [], 0, 0
    while at < len(stream):
        size = pieces[turn % len(pieces)]
        found += splitter.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert found == messages


def test_header_is_little_endian() -> None:
    assert frame(0x0102, b"abc") == b"\x03\0\0\0\x02\x01\0\0abc"


def test_longest_body_passes_and_a_longer_one_is_an_error_at_once() -> None:
    splitter = FrameSplitter()
    assert splitter.feed(frame(9, bytes(MAX_BODY))) == [RawMessage(9, bytes(MAX_BODY))]
    with pytest.raises(ExtensionError, match="65537"):
        splitter.feed(struct.pack("<IHH", MAX_BODY + 1, 9, 0))
    with pytest.raises(ExtensionError, match="65537"):
        frame(9, bytes(MAX_BODY + 1))


def test_reserved_field_must_be_0() -> None:
    with pytest.raises(ExtensionError, match="reserved"):
        FrameSplitter().feed(struct.pack("<IHH", 0, 1, 7))


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_arbitrary_bytes_are_messages_or_an_error(pieces: list[bytes]) -> None:
    splitter, size = FrameSplitter(), 0
    try:
        for piece in pieces:
            size += len(piece)
            size -= sum(8 + len(each.body) for each in splitter.feed(piece))
            assert len(splitter._pending) == size
    except ExtensionError:
        pass

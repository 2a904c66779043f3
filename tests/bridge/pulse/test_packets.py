"""The byte stream, cut into packets."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.codes import SeekMode
from moof.bridge.pulse.packets import CONTROL, Packet, PacketError, PacketReader, command


@given(st.lists(st.binary(max_size=40), max_size=5), st.lists(st.integers(0, 300)))
def test_packets_are_the_same_at_any_boundaries(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(command, payloads))
    bounds = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    reader = PacketReader()
    found = [p for start, end in itertools.pairwise(bounds) for p in reader.feed(stream[start:end])]
    assert [(packet.channel, packet.payload) for packet in found] == [(CONTROL, each) for each in payloads]


def test_packet_of_a_gigabyte_is_an_error() -> None:
    with pytest.raises(PacketError):
        PacketReader().feed(struct.pack(">5I", 1 << 30, CONTROL, 0, 0, 0))


def test_samples_have_a_position() -> None:
    packet = struct.pack(">IIqI", 2, 7, -4, SeekMode.RELATIVE_ON_READ) + b"ab"
    assert PacketReader().feed(packet) == [Packet(7, b"ab", -4, SeekMode.RELATIVE_ON_READ)]


@pytest.mark.parametrize("flags", [4, 0x80000000, 0x40000000])
def test_shared_memory_and_unknown_seek_modes_are_errors(flags: int) -> None:
    with pytest.raises(PacketError):
        PacketReader().feed(struct.pack(">IIqI", 0, 0, 0, flags))

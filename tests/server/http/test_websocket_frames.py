"""The scanner against the decoder of websockets."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from moof.server.http.websocket_frames import PING_COST, FrameScanner
from support.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, frame

FRAMES = st.lists(
    st.tuples(
        st.sampled_from([CONTINUATION, TEXT, BINARY, PING, PONG]),
        st.binary(max_size=10) | st.sampled_from([bytes(125), bytes(126), bytes(70_000)]),
        st.booleans(),
    ),
    max_size=12,
)


def parts(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    ends = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@given(FRAMES, st.lists(st.integers(0, 1 << 20), max_size=5))
def test_each_frame_counts_once_however_the_bytes_are_divided(
    frames: list[tuple[int, bytes, bool]], cuts: list[int]
) -> None:
    scanner = FrameScanner()
    data = b"".join(frame(opcode, payload, final=final) for opcode, payload, final in frames)
    cost = 0
    for part in parts(data, cuts):
        length, some = scanner.scan(part, 100)
        assert length == len(part)
        cost += some
    pings = sum(opcode == PING for opcode, _, _ in frames)
    assert cost == len(frames) + (PING_COST - 1) * pings


@given(FRAMES, st.integers(1, 5))
def test_bytes_behind_the_counted_frames_are_left(frames: list[tuple[int, bytes, bool]], most: int) -> None:
    encoded = [frame(opcode, payload, final=final) for opcode, payload, final in frames]
    length, _ = FrameScanner().scan(b"".join(encoded), most)
    assert length == sum(map(len, encoded[:most]))


def test_fragments_of_the_last_message_are_counted() -> None:
    scanner = FrameScanner()
    scanner.scan(frame(TEXT, b"a", final=False) + frame(PING, b"") + frame(CONTINUATION, b"b") * 3, 100)
    assert scanner.fragments == 4
    scanner.scan(frame(BINARY, b""), 100)
    assert scanner.fragments == 1

from collections import deque

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.media.samplefifo import CROSS_FADE, SampleFifo


def numbered(start: int, count: int) -> NDArray[np.int16]:
    return np.repeat(np.arange(start, start + count, dtype=np.int16)[:, None], 2, axis=1)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=40))
def test_bounded_queue_that_drops_the_oldest(steps: list[tuple[bool, int]]) -> None:
    fifo, model, pushed = SampleFifo(64), deque[int](maxlen=64), 0
    for push, count in steps:
        if push:
            lost = max(0, len(model) + count - 64)
            assert fifo.push(numbered(pushed, count)) == lost
            model.extend(range(pushed, pushed + count))
            pushed += count
        else:
            taken = fifo.pop_exact(count)
            assert (taken is None) == (count > len(model))
            if taken is not None:
                assert taken[:, 1].tolist() == [model.popleft() for _ in range(count)]
        assert fifo.depth == len(model)


def test_blocks_of_any_size_are_popped_as_fixed_ones() -> None:
    fifo = SampleFifo(4800)
    fifo.push(np.zeros((144, 2), np.int16))  # the cushion
    for count in [958, 962] * 20:
        fifo.push(np.ones((count, 2), np.int16))
        block = fifo.pop_exact(960)
        assert block is not None
        assert block.shape == (960, 2)


def test_dropping_does_not_click() -> None:
    time = np.arange(4800)
    tone = np.rint(20_000 * np.sin(2 * np.pi * 440 * time / 48_000)).astype(np.int16)
    fifo = SampleFifo(4800)
    fifo.push(np.repeat(tone[:, None], 2, axis=1))
    assert fifo.drop(1000) == 1000
    assert fifo.depth == 3800
    rest = fifo.pop_exact(3800)
    assert rest is not None
    greatest_step = np.abs(np.diff(tone.astype(int))).max()
    assert np.abs(np.diff(rest[:, 0].astype(int))).max() < 1.6 * greatest_step
    assert abs(int(rest[0, 0]) - int(tone[0])) <= 1
    assert (rest[CROSS_FADE:, 0] == tone[1000 + CROSS_FADE :]).all()


def test_dropping_more_than_there_is_empties_it() -> None:
    fifo = SampleFifo(100)
    fifo.push(numbered(0, 10))
    assert fifo.drop(50) == 10
    assert fifo.depth == 0
    assert fifo.drop(1) == 0


def test_clear() -> None:
    fifo = SampleFifo(100)
    fifo.push(numbered(0, 10))
    fifo.clear()
    assert fifo.pop_exact(1) is None
    assert fifo.capacity == 100

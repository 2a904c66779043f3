import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from moof.geometry import Rect
from moof.media.block_rectangles import MAX_RECTANGLES, block_rectangles
from moof.media.changed_blocks import BLOCK

ROWS, COLUMNS = 48, 64
WHOLE = Rect(0, 0, COLUMNS * BLOCK, ROWS * BLOCK)


def test_a_clock_and_a_window_are_two_rectangles() -> None:
    blocks = np.zeros((ROWS, COLUMNS), np.bool_)
    blocks[0, 50:63] = True
    blocks[20:40, 5:30] = True
    assert block_rectangles(blocks, Rect(84, 3, 920, 630)) == [(800, 3, 204, 13), (84, 320, 396, 313)]


def test_small_changes_are_one_rectangle() -> None:
    blocks = np.zeros((ROWS, COLUMNS), np.bool_)
    blocks[4, 3] = blocks[6, 9] = True
    assert block_rectangles(blocks, Rect(50, 70, 100, 40)) == [Rect(50, 70, 100, 40)]


def test_changes_all_over_are_one_rectangle() -> None:
    blocks = np.zeros((ROWS, COLUMNS), np.bool_)
    blocks[::9, 0] = blocks[5::9, 63] = True
    assert block_rectangles(blocks, WHOLE) == [WHOLE]
    assert block_rectangles(np.ones((ROWS, COLUMNS), np.bool_), WHOLE) == [WHOLE]
    assert block_rectangles(np.zeros((ROWS, COLUMNS), np.bool_), WHOLE) == [WHOLE]


@given(
    arrays(np.bool_, (ROWS, 4), elements=st.sampled_from([False] * 9 + [True])),
    st.builds(Rect, *[st.integers(0, 40)] * 2, *[st.integers(1, 60 * BLOCK)] * 2),
)
def test_all_blocks_are_covered_once(spread: np.ndarray, within: Rect) -> None:
    blocks = spread.repeat(COLUMNS // 4, axis=1)
    changed = blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    outside = np.ones_like(changed)
    outside[within.slices] = False
    covered = np.zeros(changed.shape, np.int64)
    found = block_rectangles(blocks, within)
    assert 1 <= len(found) <= MAX_RECTANGLES
    for rectangle in found:
        covered[rectangle.slices] += 1
    assert covered.max() == 1
    assert (covered[changed & ~outside] == 1).all()
    assert found == [within] or not covered[outside].any()

"""The weights of BT.709 in full range, by their definition."""

import numpy as np
import pytest

from moof.media.yuv import FRACTION, LUMA_BLUE, LUMA_RED, WEIGHTS

ROWS = WEIGHTS.reshape(3, 4).astype(np.float64) / (1 << FRACTION)


def yuv(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """Return Y (0..1), U and V (-0.5..0.5) of a colour, by H.273, section 8.3."""
    luma = LUMA_RED * red + (1 - LUMA_RED - LUMA_BLUE) * green + LUMA_BLUE * blue
    return luma, (blue - luma) / (2 * (1 - LUMA_BLUE)), (red - luma) / (2 * (1 - LUMA_RED))


@pytest.mark.parametrize("colour", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.2, 0.5, 0.9)])
def test_weights_are_those_of_the_standard(colour: tuple[float, float, float]) -> None:
    red, green, blue = colour
    assert ROWS @ (blue, green, red, 1) == pytest.approx(yuv(red, green, blue), abs=3 / (1 << FRACTION))


def test_greys_are_exact_and_alpha_has_no_weight() -> None:
    rows = WEIGHTS.reshape(3, 4)
    assert rows.sum(axis=1).tolist() == [1 << FRACTION, 0, 0]
    assert not rows[:, 3].any()

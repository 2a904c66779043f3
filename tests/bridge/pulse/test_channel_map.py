"""Where each channel of a stream is heard."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.channel_map import (
    Position,
    is_valid,
    mixing_weights,
    names_of_positions,
    positions_of_names,
    usual_positions,
)

POSITIONS = st.integers(0, Position.TOP_REAR_CENTER)


@given(st.lists(POSITIONS, min_size=1, max_size=32).map(bytes))
def test_full_scale_in_every_channel_does_not_clip(positions: bytes) -> None:
    weights = mixing_weights(positions)
    if weights is not None:
        assert weights.shape == (len(positions), 2)
        assert weights.min() >= 0
        assert weights.sum(axis=0).max() <= 1.0001


@given(st.lists(POSITIONS, min_size=1, max_size=32).map(bytes))
def test_names_are_read_as_they_were_written(positions: bytes) -> None:
    assert positions_of_names(names_of_positions(positions)) == positions


@pytest.mark.parametrize("names", ["mono", "front-left,front-right", "aux0,aux1", "left,right"])
def test_one_and_two_channels_stay_as_they_are(names: str) -> None:
    assert mixing_weights(positions_of_names(names)) is None


def test_exchanged_channels_are_exchanged_back() -> None:
    weights = mixing_weights(positions_of_names("front-right,front-left"))
    assert weights is not None
    np.testing.assert_array_equal(weights, [[0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("front-left", 1, 0),
        ("front-right", 0, 1),
        ("front-center", 1, 1),
        ("lfe", 0, 0),
        ("rear-left", 1, 0),
        ("side-right", 0, 1),
        ("rear-center", 1, 1),
        ("top-rear-left", 1, 0),
        ("aux0", 1, 0),
        ("aux3", 0, 1),
        ("mono", 1, 1),
    ],
)
def test_side_on_which_a_channel_is_heard(name: str, left: int, right: int) -> None:
    weights = mixing_weights(positions_of_names(f"front-left,{name},front-right"))
    assert weights is not None
    assert tuple(weights[1] > 0) == (bool(left), bool(right))


@pytest.mark.parametrize("channels", range(1, 33))
def test_any_number_of_channels_has_usual_positions(channels: int) -> None:
    positions = usual_positions(channels)
    assert len(positions) == channels
    assert is_valid(positions)


def test_unknown_positions() -> None:
    assert not is_valid(bytes((1, 51)))
    for name in ("above", "aux32", "aux"):
        with pytest.raises(ValueError):  # noqa: PT011  its message depends
            positions_of_names(name)

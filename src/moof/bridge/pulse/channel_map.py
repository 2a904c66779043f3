"""The channels' positions (pulse/channelmap.h), and how they are mixed down to two. Pure.

The weights are those of ITU-R BS.775: centre, rear and side channels with 3 dB less, the low-frequency
channel not at all. Each output's weights are divided by their sum where that exceeds 1, so that nothing
clips.
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Position(IntEnum):
    """Where a channel's loudspeaker is (pulse/channelmap.h); the names as in properties, in capitals."""

    MONO = 0
    FRONT_LEFT = 1
    FRONT_RIGHT = 2
    FRONT_CENTER = 3
    REAR_CENTER = 4
    REAR_LEFT = 5
    REAR_RIGHT = 6
    LFE = 7
    FRONT_LEFT_OF_CENTER = 8
    FRONT_RIGHT_OF_CENTER = 9
    SIDE_LEFT = 10
    SIDE_RIGHT = 11
    AUX0 = 12
    AUX31 = 43
    TOP_CENTER = 44
    TOP_FRONT_LEFT = 45
    TOP_FRONT_RIGHT = 46
    TOP_FRONT_CENTER = 47
    TOP_REAR_LEFT = 48
    TOP_REAR_RIGHT = 49
    TOP_REAR_CENTER = 50


_LAST: Final = max(Position)
_AUX: Final = range(Position.AUX0, Position.AUX31 + 1)
_WAVE_ORDER: Final = (1, 2, 3, 7, 5, 6, 10, 11)
_HALF_POWER: Final = 0.5**0.5
_LEFT, _RIGHT, _BOTH = (_HALF_POWER, 0.0), (0.0, _HALF_POWER), (_HALF_POWER, _HALF_POWER)
_WEIGHTS: Final = {
    Position.FRONT_LEFT: (1.0, 0.0),
    Position.FRONT_RIGHT: (0.0, 1.0),
    Position.FRONT_LEFT_OF_CENTER: (1.0, 0.0),
    Position.FRONT_RIGHT_OF_CENTER: (0.0, 1.0),
    Position.LFE: (0.0, 0.0),
    Position.REAR_CENTER: (0.5, 0.5),
    **dict.fromkeys((Position.REAR_LEFT, Position.SIDE_LEFT), _LEFT),
    **dict.fromkeys((Position.TOP_FRONT_LEFT, Position.TOP_REAR_LEFT), _LEFT),
    **dict.fromkeys((Position.REAR_RIGHT, Position.SIDE_RIGHT), _RIGHT),
    **dict.fromkeys((Position.TOP_FRONT_RIGHT, Position.TOP_REAR_RIGHT), _RIGHT),
}


def usual_positions(channels: int) -> bytes:
    """Return the positions of a stream that names none: the order of WAVE files, then AUX channels."""
    if channels == 1:
        return bytes((Position.MONO,))
    extra = range(Position.AUX0, Position.AUX0 + max(0, channels - len(_WAVE_ORDER)))
    return bytes((*_WAVE_ORDER, *extra)[:channels])


def positions_of_names(names: str) -> bytes:
    """Return the positions that a property names, such as `front-left,front-right`.

    Raises ValueError for an unknown name.
    """
    return bytes(map(_position, names.split(",")))


def names_of_positions(positions: bytes) -> str:
    """Return the positions' names as they are in properties: the inverse of `positions_of_names`."""
    return ",".join(_name(each) for each in positions)


def is_valid(positions: bytes) -> bool:
    """Return whether all positions exist."""
    return all(each <= _LAST for each in positions)


def mixing_weights(positions: bytes) -> NDArray[np.float32] | None:
    """Return the weights, float32 (channels, 2), or None if no channel changes: mono, and left and right."""
    if len(positions) == 1 or positions == bytes((Position.FRONT_LEFT, Position.FRONT_RIGHT)):
        return None
    if len(positions) == 2 and not {Position.FRONT_LEFT, Position.FRONT_RIGHT} <= set(positions):
        return None  # two channels without a place of their own are left and right
    weights = np.array([_weights(each) for each in positions], np.float32)
    sums = np.maximum(weights.sum(axis=0), np.float32(1))
    return np.asarray(weights / sums, np.float32)


def _weights(position: int) -> tuple[float, float]:
    """Return the share of one channel in the left and in the right output."""
    if position in _AUX:
        return (0.0, 1.0) if (position - Position.AUX0) % 2 else (1.0, 0.0)
    return _WEIGHTS.get(Position(position), _BOTH)


def _position(name: str) -> int:
    if name.startswith("aux"):
        aux = _AUX.start + int(name[3:])
        if aux not in _AUX:
            raise ValueError(f"there is no channel position {name}")
        return aux
    aliases = {"left": "front_left", "right": "front_right", "center": "front_center", "subwoofer": "lfe"}
    try:
        return Position[aliases.get(name, name.replace("-", "_")).upper()]
    except KeyError:
        raise ValueError(f"there is no channel position {name}") from None


def _name(position: int) -> str:
    if position in _AUX:
        return f"aux{position - _AUX.start}"
    return Position(position).name.lower().replace("_", "-")

"""The protocol's numbers: commands (pulsecore/native-common.h), errors and seek modes (pulse/def.h)."""

from enum import IntEnum
from typing import Final


class Code(IntEnum):
    """The commands that are handled (pulsecore/native-common.h)."""

    ERROR = 0
    REPLY = 2
    CREATE_PLAYBACK_STREAM = 3
    DELETE_PLAYBACK_STREAM = 4
    CREATE_RECORD_STREAM = 5
    AUTH = 8
    SET_CLIENT_NAME = 9
    LOOKUP_SINK = 10
    LOOKUP_SOURCE = 11
    DRAIN_PLAYBACK_STREAM = 12
    STAT = 13
    GET_PLAYBACK_LATENCY = 14
    GET_SERVER_INFO = 20
    GET_SINK_INFO = 21
    GET_SINK_INFO_LIST = 22
    GET_SINK_INPUT_INFO = 29
    GET_SINK_INPUT_INFO_LIST = 30
    SET_SINK_INPUT_VOLUME = 37
    CORK_PLAYBACK_STREAM = 41
    FLUSH_PLAYBACK_STREAM = 42
    TRIGGER_PLAYBACK_STREAM = 43
    PREBUF_PLAYBACK_STREAM = 60
    REQUEST = 61
    UNDERFLOW = 63
    SET_SINK_INPUT_MUTE = 69
    SET_PLAYBACK_STREAM_BUFFER_ATTR = 72
    UPDATE_PLAYBACK_STREAM_SAMPLE_RATE = 74
    STARTED = 86
    EXTENSION = 87


class ErrorCode(IntEnum):
    """Error codes (pulse/def.h)."""

    COMMAND = 2
    INVALID = 3
    NO_ENTITY = 5
    PROTOCOL = 7
    TOO_LARGE = 18
    NOT_SUPPORTED = 19
    NO_EXTENSION = 21


class SeekMode(IntEnum):
    """What the offset of a packet of samples is relative to (pulse/def.h)."""

    RELATIVE = 0
    """To the position after the last write."""
    ABSOLUTE = 1
    """To the stream's start."""
    RELATIVE_ON_READ = 2
    """To what is played next."""
    RELATIVE_END = 3
    """To the end of the buffered sound."""


# Commands that list what does not exist here: answered with an empty list.
EMPTY_LISTS: Final = frozenset({24, 26, 28, 32, 34, 89})
# Commands that ask for one of what does not exist here: sources, modules, clients, recordings, cards.
WITHOUT_ENTITY: Final = frozenset({23, 25, 27, 31, 33, 88})
# Commands that are acknowledged without an effect: subscriptions, the sink's volume, names, property lists.
ACKNOWLEDGED: Final = frozenset({35, 36, 38, 39, 40, 44, 45, 46, 47, 67, 68, 70, 71, *range(80, 86), 96, 97})
REFUSALS: Final = {
    **dict.fromkeys(WITHOUT_ENTITY, ErrorCode.NO_ENTITY),
    Code.CREATE_RECORD_STREAM: ErrorCode.NOT_SUPPORTED,
    Code.EXTENSION: ErrorCode.NO_EXTENSION,
}
"""The error by command; `ErrorCode.COMMAND` for commands that are not known at all."""

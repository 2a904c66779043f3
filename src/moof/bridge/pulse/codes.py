"""The protocol's numbers: commands (pulsecore/native-common.h) and errors (pulse/def.h)."""

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
    GET_SOURCE_INFO = 23
    GET_SINK_INPUT_INFO = 29
    CORK_PLAYBACK_STREAM = 41
    FLUSH_PLAYBACK_STREAM = 42
    TRIGGER_PLAYBACK_STREAM = 43
    PREBUF_PLAYBACK_STREAM = 60
    REQUEST = 61
    SET_PLAYBACK_STREAM_BUFFER_ATTR = 72


class ErrorCode(IntEnum):
    """Error codes (pulse/def.h)."""

    COMMAND = 2
    INVALID = 3
    NO_ENTITY = 5
    PROTOCOL = 7
    NOT_SUPPORTED = 19
    TOO_LARGE = 11


# Commands that list what does not exist here: answered with an empty list.
EMPTY_LISTS: Final = frozenset({24, 26, 28, 30, 32, 34})
# Commands that are acknowledged without an effect: subscriptions, volumes, names, property lists, rates.
ACKNOWLEDGED: Final = frozenset(
    {35, *range(36, 41), 44, 45, 46, 47, 67, 68, 69, 70, 71, 79, 80, 81, 82, 83, 84}
)

"""The tables of the contract: every offset, size and constant of IPC v4 (docs/contract.md).

Reading and writing derive from these tables; no other module contains an offset. The numbers were measured
with C compilers on x86-64 Linux, and tests/ipc/c asserts them again with the compiler that it finds.
"""

from __future__ import annotations

from enum import IntEnum

from moof.ipc.record import Field, Record, Scalar

U8, I16, U16, I32, U32, U64 = Scalar.U8, Scalar.I16, Scalar.U16, Scalar.I32, Scalar.U32, Scalar.U64

MAGIC = 0x4D454D34
VERSION = 4

MAX_WIDTH = 1920
MAX_HEIGHT = 1080
BYTES_PER_PIXEL = 4
STRIDE = MAX_WIDTH * BYTES_PER_PIXEL
"""Bytes from one row of pixels to the next, at any resolution."""
FRAME_SLOTS = 3
FRAME_SLOT_SIZE = STRIDE * MAX_HEIGHT
FRAMES_OFFSET = 15676

AUDIO_SLOTS = 3
AUDIO_RING_OFFSET = 184
AUDIO_SILENCE_OFFSET = 11800
AUDIO_DATA_OFFSET = 32
AUDIO_DATA_SIZE = 3840
MAX_AUDIO_SAMPLES = 960
MAX_AUDIO_CHANNELS = 2
BYTES_PER_SAMPLE = 2

SEGMENT_SIZE = 24_898_880

HANDSHAKE_BYTE = b"E"
LISTEN_BACKLOG = 1
EXIT_STATUS_OK = 0
EXIT_STATUS_FAILED = 1
EXIT_STATUS_RESTART = 75
"""Exit status of an emulator that asks to be started again."""
PING_ECHO_FRAMES = 5
"""Number of published frames that carry the echo of one ping."""


class State(IntEnum):
    """State of the emulated machine (segment offset 12)."""

    STOPPED = 0
    RUNNING = 1
    PAUSED = 2


class PixelFormat(IntEnum):
    """Order of a pixel's four bytes in memory (segment offset 24)."""

    ARGB = 0
    BGRA = 1


class AudioFormat(IntEnum):
    """Format of an audio frame's data; PCM_S16 is signed 16-bit BIG endian, channels interleaved."""

    NONE = 0
    PCM_S16 = 1


class MessageType(IntEnum):
    """First byte of each message from server to emulator."""

    KEY = 1
    MOUSE = 2
    COMMAND = 3
    PING = 4
    AUDIO_REQUEST = 5
    MOUSE_MODE = 6


KEY_DOWN = 0x01
"""Flag of a key message; without it the key is released."""
MOUSE_ABSOLUTE = 0x10
"""Flag of a mouse message: x and y are a u16 position; without it they are i16 movements."""


SEGMENT = Record(
    "MacEmuIPCBuffer",
    SEGMENT_SIZE,
    (
        Field("magic", 0, U32),
        Field("version", 4, U32),
        Field("pid", 8, U32),
        Field("state", 12, U32),
        Field("width", 16, U32),
        Field("height", 20, U32),
        Field("pixel_format", 24, U32),
        Field("dirty_x", 32, U32),
        Field("dirty_y", 36, U32),
        Field("dirty_width", 40, U32),
        Field("dirty_height", 44, U32),
        Field("cursor_x", 48, U16),
        Field("cursor_y", 50, U16),
        Field("cursor_visible", 52, U8),
        Field("write_index", 56, U32),
        Field("ready_index", 60, U32),
        Field("frame_count", 64, U64),
        Field("timestamp_us", 72, U64),
        Field("mouse_latency_avg_ms_x10", 80, U32, atomic=True),
        Field("mouse_latency_samples", 84, U32, atomic=True),
        Field("ping_t1_browser_ms", 88, U64),
        Field("ping_t2_server_us", 96, U64),
        Field("ping_t3_emulator_us", 104, U64),
        Field("ping_t4_frame_us", 112, U64),
        Field("ping_sequence", 120, U32, atomic=True),
        Field("frame_ready_eventfd", 124, I32),
        Field("audio_sample_rate", 128, U32),
        Field("audio_channels", 132, U32),
        Field("audio_format", 136, U32),
        Field("audio_samples_in_frame", 140, U32),
        Field("audio_write_index", 144, U32),
        Field("audio_ready_index", 148, U32),
        Field("audio_frame_count", 152, U64),
        Field("audio_timestamp_us", 160, U64),
        Field("audio_ready_eventfd", 168, I32),
        Field("audio_frame_write_idx", 172, U32, atomic=True),
        Field("audio_frame_read_idx", 176, U32, atomic=True),
        Field("capture_trigger", 15672, U32, atomic=True),
    ),
)

METADATA_OFFSET = SEGMENT["width"].offset
METADATA = SEGMENT.part("metadata", METADATA_OFFSET, SEGMENT["write_index"].offset)
"""What a publisher stores at once about a frame: size, pixel format, dirty rectangle, cursor."""
FRAME_HEADER = SEGMENT.part("frame header", METADATA_OFFSET, SEGMENT["timestamp_us"].end)
"""What a reader loads at once: METADATA, both indices, the count and the timestamp."""
PING_TIMES_OFFSET = SEGMENT["ping_t1_browser_ms"].offset
PING_TIMES = SEGMENT.part("ping times", PING_TIMES_OFFSET, SEGMENT["ping_sequence"].offset)

AUDIO_FRAME = Record(
    "MacEmuAudioFrame",
    AUDIO_DATA_OFFSET + AUDIO_DATA_SIZE,
    (
        Field("sample_rate", 0, U32),
        Field("channels", 4, U32),
        Field("samples", 8, U32),
        Field("format", 12, U32),
        Field("timestamp_us", 16, U64),
    ),
)
AUDIO_HEADER = AUDIO_FRAME.part("audio frame header", 0, AUDIO_DATA_OFFSET)

_TYPE_AND_FLAGS = (Field("type", 0, U8), Field("flags", 1, U8))

KEY_MESSAGE = Record("key", 8, (*_TYPE_AND_FLAGS, Field("mac_keycode", 4, U8), Field("modifiers", 5, U8)))
MOUSE_RELATIVE_MESSAGE = Record(
    "mouse, relative",
    24,
    (
        *_TYPE_AND_FLAGS,
        Field("x", 4, I16),
        Field("y", 6, I16),
        Field("buttons", 8, U8),
        Field("timestamp_ms", 16, U64),
    ),
)
MOUSE_ABSOLUTE_MESSAGE = Record(
    "mouse, absolute",
    24,
    (
        *_TYPE_AND_FLAGS,
        Field("x", 4, U16),
        Field("y", 6, U16),
        Field("buttons", 8, U8),
        Field("timestamp_ms", 16, U64),
    ),
)
COMMAND_MESSAGE = Record("command", 8, (*_TYPE_AND_FLAGS, Field("command", 4, U8)))
PING_MESSAGE = Record(
    "ping",
    32,
    (
        *_TYPE_AND_FLAGS,
        Field("sequence", 4, U32),
        Field("t1_browser_send_ms", 8, U64),
        Field("t2_server_recv_us", 16, U64),
        Field("t3_emulator_recv_us", 24, U64),
    ),
)
AUDIO_REQUEST_MESSAGE = Record("audio request", 8, (*_TYPE_AND_FLAGS, Field("requested_samples", 4, U32)))
MOUSE_MODE_MESSAGE = Record("mouse mode", 8, (*_TYPE_AND_FLAGS, Field("mode", 4, U8)))

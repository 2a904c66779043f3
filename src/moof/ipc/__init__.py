"""The contract IPC v4 between an emulator and the server, both ends.

contract.py is the one table of offsets, from which all reading and writing derives. An emulator creates an
`EmulatorEnd`: it publishes frames, writes audio frames and receives messages. A server connects to it with
`EmulatorConnection`. Every value from the other process is checked before it is used; an invalid one raises
an `IpcError`.
"""

from .audioring import AudioFrame, AudioRingReader, AudioRingWriter
from .contract import (
    EXIT_STATUS_FAILED,
    EXIT_STATUS_OK,
    EXIT_STATUS_RESTART,
    MAX_AUDIO_SAMPLES,
    MAX_HEIGHT,
    MAX_WIDTH,
    AudioFormat,
    PixelFormat,
    State,
)
from .discovery import EmulatorInfo, clean_up_dead, find_emulators, is_process_alive
from .emulator import EmulatorEnd
from .errors import ConnectionLost, HandshakeError, IpcError, ProtocolError, SegmentError
from .frame_slots import Frame, FramePublisher, FrameSlotReader, StaleAreas
from .latency import MouseLatency
from .messages import (
    AudioRequest,
    CommandCode,
    Key,
    MachineCommand,
    Message,
    MessageDecoder,
    Mouse,
    MouseMode,
    MouseModeCode,
    Ping,
    encode,
)
from .names import capture_path, segment_path
from .ping import PingEcho, PingEchoes
from .rates import exact_rate, told_rate
from .segment import Segment
from .server import EmulatorConnection

__all__ = [
    "EXIT_STATUS_FAILED",
    "EXIT_STATUS_OK",
    "EXIT_STATUS_RESTART",
    "MAX_AUDIO_SAMPLES",
    "MAX_HEIGHT",
    "MAX_WIDTH",
    "AudioFormat",
    "AudioFrame",
    "AudioRequest",
    "AudioRingReader",
    "AudioRingWriter",
    "CommandCode",
    "ConnectionLost",
    "EmulatorConnection",
    "EmulatorEnd",
    "EmulatorInfo",
    "Frame",
    "FramePublisher",
    "FrameSlotReader",
    "HandshakeError",
    "IpcError",
    "Key",
    "MachineCommand",
    "Message",
    "MessageDecoder",
    "Mouse",
    "MouseLatency",
    "MouseMode",
    "MouseModeCode",
    "Ping",
    "PingEcho",
    "PingEchoes",
    "PixelFormat",
    "ProtocolError",
    "Segment",
    "SegmentError",
    "StaleAreas",
    "State",
    "capture_path",
    "clean_up_dead",
    "encode",
    "exact_rate",
    "find_emulators",
    "is_process_alive",
    "segment_path",
    "told_rate",
]

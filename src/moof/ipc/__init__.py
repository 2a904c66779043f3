"""The contract IPC v4 between an emulator and the server, both ends.

contract.py is the one table of offsets, from which all reading and writing derives. An emulator creates an
`EmulatorEnd`: it publishes frames, writes audio frames and receives messages. A server connects to it with
`EmulatorConnection`. Every value from the other process is checked before it is used; an invalid one raises
an `IpcError`.
"""

from moof.ipc.audioring import AudioFrame, AudioRingReader, AudioRingWriter, exact_rate, whole_rate
from moof.ipc.contract import (
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
from moof.ipc.discovery import EmulatorInfo, clean_up_dead, find_emulators, is_process_alive
from moof.ipc.emulator import EmulatorEnd
from moof.ipc.errors import ConnectionLost, HandshakeError, IpcError, ProtocolError, SegmentError
from moof.ipc.frame_slots import REPEAT_US, Frame, FramePublisher, FrameSlotReader, StaleAreas
from moof.ipc.messages import (
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
from moof.ipc.names import capture_path, segment_path
from moof.ipc.ping import MouseLatency, PingEcho, PingEchoes
from moof.ipc.segment import Segment
from moof.ipc.server import EmulatorConnection

__all__ = [
    "EXIT_STATUS_FAILED",
    "EXIT_STATUS_OK",
    "EXIT_STATUS_RESTART",
    "MAX_AUDIO_SAMPLES",
    "MAX_HEIGHT",
    "MAX_WIDTH",
    "REPEAT_US",
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
    "whole_rate",
]

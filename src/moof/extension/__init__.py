"""The extension socket beside IPC v4: what the contract has no place for. Both ends.

docs/contract.md specifies it byte by byte. An emulator creates an `ExtensionEnd` before its segment, serves
one server at a time with it and reports states; a server connects with `connect_extension`. Each side lists
its capabilities first; a side sends only what both have listed. Bytes are decoded by `ExtensionChannel`,
without I/O; whatever violates the protocol raises ExtensionError and ends that connection alone.
"""

from moof.extension.channel import ExtensionChannel
from moof.extension.emulator import ExtensionEnd, ExtensionReceiver
from moof.extension.errors import ExtensionError
from moof.extension.extension_socket import FLOOD_PAUSE, ExtensionSocket
from moof.extension.messages import (
    MAX_CLIPBOARD_BYTES,
    Capability,
    ClipboardText,
    ExtensionMessage,
    KeysRead,
    LayoutName,
    ReadScreen,
    ScreenText,
    SoundSource,
    WheelTurn,
    WindowSize,
)
from moof.extension.screen_parts import PartKind, PartState, ScreenPart
from moof.extension.server import connect_extension
from moof.extension.state_messages import (
    MAX_STATE_TEXT,
    StateOperation,
    StateRequest,
    StateResult,
    state_result,
)

__all__ = [
    "FLOOD_PAUSE",
    "MAX_CLIPBOARD_BYTES",
    "MAX_STATE_TEXT",
    "Capability",
    "ClipboardText",
    "ExtensionChannel",
    "ExtensionEnd",
    "ExtensionError",
    "ExtensionMessage",
    "ExtensionReceiver",
    "ExtensionSocket",
    "KeysRead",
    "LayoutName",
    "PartKind",
    "PartState",
    "ReadScreen",
    "ScreenPart",
    "ScreenText",
    "SoundSource",
    "StateOperation",
    "StateRequest",
    "StateResult",
    "WheelTurn",
    "WindowSize",
    "connect_extension",
    "state_result",
]

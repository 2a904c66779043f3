"""Which permission each signaling message needs; docs/roles.md has the table, made by scripts/roles."""

from collections.abc import Mapping
from typing import Final

from moof.server.auth.roles import Permission
from moof.server.protocol.clipboard_messages import ClipboardRequest
from moof.server.protocol.idle_messages import StillHere
from moof.server.protocol.keyboard_messages import KeyboardRequest, TextRequest, TextStop
from moof.server.protocol.kiosk_messages import KioskStart
from moof.server.protocol.latency_messages import Latency
from moof.server.protocol.messages import (
    Answer,
    Candidate,
    ClientMessage,
    CommandRequest,
    Join,
    Restart,
    SetCodec,
)
from moof.server.protocol.people_messages import FloorRequest, PersonName
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.protocol.screen_messages import ScreenTextRequest
from moof.server.protocol.window_messages import WindowRequest

MESSAGE_PERMISSIONS: Final[Mapping[type, Permission]] = {
    Join: Permission.WATCH,
    Answer: Permission.WATCH,
    Candidate: Permission.WATCH,
    SetCodec: Permission.WATCH,  # of one's own, as Join
    Latency: Permission.WATCH,
    ScreenTextRequest: Permission.WATCH,
    TextRequest: Permission.PLAY,
    TextStop: Permission.PLAY,
    KeyboardRequest: Permission.PLAY,
    ClipboardRequest: Permission.PLAY,
    FloorRequest: Permission.PLAY,
    PersonName: Permission.WATCH,
    WindowRequest: Permission.PLAY,
    KioskStart: Permission.PLAY,
    StillHere: Permission.PLAY,
    QualityRequest: Permission.WATCH,  # of one's own picture, as SetCodec
    Restart: Permission.POWER,
    CommandRequest: Permission.POWER,
}


def permission_of(message: ClientMessage) -> Permission:
    """Return what a message needs: the owner's permission unless the table has another one."""
    return MESSAGE_PERMISSIONS.get(type(message), Permission.MANAGE)

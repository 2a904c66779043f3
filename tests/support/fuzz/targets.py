"""All fuzz targets: the parsers of messages, headers and preferences, the segment, the HTTP application."""

from __future__ import annotations

import contextlib
import json
import struct
from collections.abc import Iterator

from moof.extension import WheelTurn
from moof.extension.messages import pack
from moof.ipc import (
    AudioRequest,
    CommandCode,
    Key,
    MachineCommand,
    MessageDecoder,
    Mouse,
    MouseMode,
    MouseModeCode,
    Ping,
    ProtocolError,
    encode,
)
from moof.server.auth.access import AccessRules, token_in_query
from moof.server.auth.exemptions import Nobody
from moof.server.auth.origins import named_origin
from moof.server.auth.roles import Permission
from moof.server.protocol.audio_report import PlaybackReport, PlaybackReportError
from moof.server.protocol.input_decoder import InputDecoder, InputError, TypedCharacter, WheelScroll
from moof.server.protocol.messages import SignalingError, parse
from moof.server.rtp.rtcp import fir_targets
from moof.server.rtp.twcc import arrivals
from moof.server.session.keyboard_writer import KeyboardWriter
from moof.server.session.layout_control import LayoutControl
from moof.server.storage.prefs import PrefsError, change_values
from support.access import empty_credentials
from support.fuzz.disk_images import DISK_IMAGES
from support.fuzz.extension_sockets import EXTENSION_EMULATOR, EXTENSION_SERVER
from support.fuzz.hostile_segment import SEGMENT
from support.fuzz.http_application import HTTP
from support.fuzz.shared_port_datagrams import DATAGRAMS
from support.fuzz.target import Feed, FuzzTarget
from support.fuzz.viewer_packets import ANSWERS, FRAMES, SCTP
from support.playback_report import pack_report
from support.recording_emulator import RecordingEmulator


@contextlib.contextmanager
def _signaling() -> Iterator[Feed]:
    """JSON messages of the WebSocket."""

    def feed(data: bytes) -> None:
        with contextlib.suppress(SignalingError):
            parse(data.decode("utf-8", "replace"))

    yield feed


@contextlib.contextmanager
def _input_channel() -> Iterator[Feed]:
    """Messages of the "input" data channel, in sequence: held keys and buttons are remembered."""
    viewer = InputDecoder()
    keyboard = KeyboardWriter(RecordingEmulator(), LayoutControl())

    def feed(data: bytes) -> None:
        with contextlib.suppress(InputError):
            for event in viewer.feed(data, 1):
                if isinstance(event, TypedCharacter):
                    keyboard.type_character(viewer.keys, event.place, event.text)
                elif isinstance(event, WheelScroll):
                    pack(WheelTurn(event.dx, event.dy))
                else:
                    encode(event)
        with contextlib.suppress(PlaybackReportError):
            PlaybackReport.unpack(data)
        if len(data) % 64 == 0:
            for message in viewer.release_all():
                encode(message)

    yield feed


@contextlib.contextmanager
def _rtcp() -> Iterator[Feed]:
    """RTCP from a browser."""

    def feed(data: bytes) -> None:
        fir_targets(data)
        arrivals(data)

    yield feed


@contextlib.contextmanager
def _control_socket() -> Iterator[Feed]:
    """Bytes from a server at the emulator's control socket, split anywhere."""
    decoders = [MessageDecoder()]

    def feed(data: bytes) -> None:
        try:
            for message in decoders[0].feed(data):
                encode(message)
        except ProtocolError:
            decoders[0] = MessageDecoder()

    yield feed


@contextlib.contextmanager
def _access_rules() -> Iterator[Feed]:
    """Method, path and headers, a line each, at a server that other machines reach: none has a token."""
    credentials = empty_credentials()
    rules = AccessRules("0.0.0.0", 80, credentials, Nobody(), frozenset({named_origin("mac.example")}))

    def feed(data: bytes) -> None:
        method, path, *lines = (data + b"\n\n").split(b"\n")
        raw, _, query = path.partition(b"?")
        fields = [
            (name.lower(), value) for name, _, value in (line.partition(b":") for line in lines) if name
        ]
        scope = {
            "type": "http" if len(data) % 2 else "websocket",
            "scheme": "http" if len(data) % 2 else "ws",
            "method": method.decode("latin-1"),
            "path": raw.decode("utf-8", "replace"),
            "query_string": query,
            "headers": fields,
        }
        assert rules.authorize(rules.identified(scope), Permission.WATCH), scope
        page = rules.page_address(scope)
        assert page.is_numeric or page.host in ("", "localhost", "mac.example"), page
        token = token_in_query(scope)
        assert token is None or credentials.token(token, 0.0) is None

    yield feed


@contextlib.contextmanager
def _preferences() -> Iterator[Feed]:
    """An emulator's preferences as text, one of which is changed; lines that are not understood stay."""

    def feed(data: bytes) -> None:
        name, _, text = data.decode("utf-8", "replace").partition("\n")
        with contextlib.suppress(PrefsError):
            changed = change_values(text, {name: ["new"]})
            assert change_values(changed, {name: ["new"]}) == changed, changed

    yield feed


def _json(**fields: object) -> bytes:
    return json.dumps(fields).encode()


TARGETS = {
    "signaling": FuzzTarget(
        _signaling,
        (
            _json(type="join", codec="h264"),
            _json(type="join", codec=None),
            _json(type="answer", sdp="v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"),
            _json(type="candidate", candidate="candidate:1 1 udp 1 127.0.0.1 9 typ host", mid="0"),
            _json(type="codec", codec="png"),
            _json(type="restart"),
            _json(type="command", command="reset"),
        ),
    ),
    "channel": FuzzTarget(
        _input_channel,
        (
            struct.pack("<BBBx", 1, 1, 0x24),
            struct.pack("<BBBxHHd", 2, 0x10, 1, 40, 50, 1000.0),
            struct.pack("<B3xId", 4, 7, 1000.0),
            struct.pack("<BBxx", 6, 1),
            struct.pack("<BB2xhh", 0x20, 1, 120, -120),
            struct.pack("<B3x", 0x21),
            pack_report(PlaybackReport(1e12, 48000.0, 40.0, 40.0, 0, 0, 0)),
        ),
    ),
    "feedback": FuzzTarget(
        _rtcp,
        (
            struct.pack("!BBHIIIBxxx", 0x84, 206, 4, 1, 0, 2, 3),
            struct.pack("!BBHIIHHIHBB", 0x8F, 205, 5, 1, 2, 10, 1, 0x00000100, 0x2001, 4, 0),
        ),
    ),
    "control": FuzzTarget(
        _control_socket,
        tuple(
            encode(message)
            for message in (
                Key(0x24, down=True),
                Mouse(10, 20, 1, absolute=True, timestamp_ms=5),
                Mouse(-10, 20, 1, absolute=False),
                MachineCommand(CommandCode.PAUSE),
                Ping(1, 2, 3),
                AudioRequest(960),
                MouseMode(MouseModeCode.RELATIVE),
            )
        ),
    ),
    "headers": FuzzTarget(
        _access_rules,
        (
            b"GET\n/api/status\nhost: mac.example",
            b"GET\n/?token=" + b"x" * 43 + b"\nhost: 10.0.0.1",
            b"POST\n/api/restart\nhost:mac.example\ncookie:moof-80=" + b"x" * 43,
            b"GET\n/api/status\nhost:[::1]:80\nauthorization:Bearer x\norigin:http://mac.example",
            b"PUT\n/api/disks/x\nhost:mac.example:80\ncontent-length:99999999999",
        ),
    ),
    "preferences": FuzzTarget(
        _preferences,
        (b"screen\nscreen win/640/480\nrom a b\n# rom c\n", b"disk\ndisk a\ndisk b\r\n; disk c", b"rom\n"),
    ),
    "disk-images": DISK_IMAGES,
    "extension-emulator": EXTENSION_EMULATOR,
    "extension-server": EXTENSION_SERVER,
    "frames": FRAMES,
    "sctp": SCTP,
    "answers": ANSWERS,
    "datagrams": DATAGRAMS,
    "segment": SEGMENT,
    "http": HTTP,
}

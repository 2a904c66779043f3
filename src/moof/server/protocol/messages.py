"""The JSON messages of the signaling WebSocket, in both directions. Sans-IO; docs/protocol.md has the table.

Each message is a pydantic dataclass: the class is its validation, its documentation and its JSON schema
(docs/signaling.schema.json). The server makes the offer. A message that is not in the table raises
SignalingError with a sentence for the page; the connection goes on.
"""

import json
from dataclasses import field
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from moof.server.protocol.clipboard_messages import ClipboardCopied, ClipboardRequest, ClipboardStatus
from moof.server.protocol.idle_messages import StillHere, Unused
from moof.server.protocol.keyboard_messages import (
    KeyboardRequest,
    KeyboardStatus,
    TextProgress,
    TextRequest,
    TextStop,
    Untypable,
)
from moof.server.protocol.kiosk_messages import KioskStart, KioskStatus
from moof.server.protocol.latency_messages import Latency
from moof.server.protocol.message_lengths import MAX_SHORT, is_too_long
from moof.server.protocol.people_messages import FloorRequest, People, PersonName, Pointers
from moof.server.protocol.quality_messages import QUALITIES, QualityRequest
from moof.server.protocol.screen_messages import ScreenTextChanged, ScreenTextRequest, ScreenTextStatus
from moof.server.protocol.window_messages import WindowRequest, WindowStatus

MAX_SDP: Final = 60_000
MAX_CANDIDATE: Final = 1_000
_MAX_NAME: Final = 100

Name = Annotated[str, Field(max_length=_MAX_NAME)]
CommandName = Literal["reset", "pause", "resume"]


class SignalingError(ValueError):
    """A message that the server cannot act on; the text is meant for the page's author."""


class UnknownCodecError(SignalingError):
    """A codec that the server does not offer; the text lists those that it offers."""


MediaPath = Literal["socket", "meanwhile", "offered"]
_MEDIA_PATHS: Final = get_args(MediaPath)


def _known_or_none(media: object) -> object:
    """Return None for a path that this server does not know: a page may be newer."""
    return media if media in _MEDIA_PATHS else None


@dataclass(frozen=True, slots=True)
class Join:
    """Requests the Mac's picture and sound, in this codec or (None) in the server's default.

    `media` "socket" requests both as binary messages of this WebSocket, for a browser that WebRTC does not
    reach; "meanwhile" the same until the connection that was offered before is established, which "offered"
    then takes into use.
    """

    codec: Name | None = None
    media: Annotated[MediaPath | None, BeforeValidator(_known_or_none)] = None
    type: Literal["join"] = field(default="join", kw_only=True)

    @property
    def over_websocket(self) -> bool:
        """Whether picture, sound and input travel over the WebSocket."""
        return self.media in ("socket", "meanwhile")


@dataclass(frozen=True, slots=True)
class Answer:
    """The browser's session description (SDP, RFC 8866) for the server's offer."""

    sdp: Annotated[str, Field(max_length=MAX_SDP)]
    type: Literal["answer"] = field(default="answer", kw_only=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One ICE candidate of the browser, "candidate:…" as in SDP, or an empty text after the last one."""

    candidate: Annotated[str, Field(max_length=MAX_CANDIDATE)]
    mid: Name
    type: Literal["candidate"] = field(default="candidate", kw_only=True)


@dataclass(frozen=True, slots=True)
class SetCodec:
    """Changes this viewer's codec at once, without a new offer."""

    codec: Name
    type: Literal["codec"] = field(default="codec", kw_only=True)


@dataclass(frozen=True, slots=True)
class Restart:
    """Starts the Mac again, also after it was switched off."""

    type: Literal["restart"] = field(default="restart", kw_only=True)


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """Resets, pauses or resumes the Mac."""

    command: CommandName
    type: Literal["command"] = field(default="command", kw_only=True)


ClientMessage = (
    Join
    | Answer
    | Candidate
    | SetCodec
    | Restart
    | CommandRequest
    | Latency
    | TextRequest
    | TextStop
    | KeyboardRequest
    | ClipboardRequest
    | FloorRequest
    | PersonName
    | WindowRequest
    | KioskStart
    | StillHere
    | QualityRequest
    | ScreenTextRequest
)


@dataclass(frozen=True, slots=True)
class CodecOffer:
    """One codec that a viewer may choose; `transport` is "rtp" or "tiles"."""

    name: str
    label: str
    transport: str


@dataclass(frozen=True, slots=True)
class EmulatorView:
    """The emulator's state for pages: size in pixels, `state` "running", "paused" or "stopped".

    While `capturing`, the page records what it plays (http/capture_api.py). `responding` is false when the
    emulator has stopped answering, whether it is connected or not.
    """

    connected: bool = False
    pid: int | None = None
    state: str = "stopped"
    width: int = 0
    height: int = 0
    capturing: bool = False
    responding: bool = True


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of every connection.

    A page that reconnects over another WebSocket names the `session` of its first hello; `resumed` says
    whether the server has kept that session, with its peer connection. `qualities` are those that the page
    may choose for its own picture; a server without them does not know the message.
    """

    version: str
    viewer: str
    codec: str
    codecs: tuple[CodecOffer, ...]
    ice_servers: Annotated[tuple[dict[str, str], ...], Field(serialization_alias="iceServers")]
    role: str = "player"
    session: str = ""
    resumed: bool = False
    qualities: tuple[str, ...] = QUALITIES
    type: Literal["hello"] = field(default="hello", kw_only=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """The server's session description, with all of its candidates.

    `ice_servers` replaces that of hello: credentials for TURN expire.
    """

    sdp: str
    ice_servers: Annotated[tuple[dict[str, str], ...], Field(serialization_alias="iceServers")] = ()
    type: Literal["offer"] = field(default="offer", kw_only=True)


@dataclass(frozen=True, slots=True)
class CodecChanged:
    """This viewer's codec from now on; `choice` is the entry of the list that led to it, such as "auto"."""

    codec: str
    choice: str
    type: Literal["codec"] = field(default="codec", kw_only=True)


@dataclass(frozen=True, slots=True)
class Status:
    """The emulator's state, and a sentence for people when there is something to say.

    `off`: the Mac stays off until a player restarts it.
    """

    emulator: EmulatorView
    note: str
    off: bool = False
    type: Literal["status"] = field(default="status", kw_only=True)


@dataclass(frozen=True, slots=True)
class AudioStatus:
    """How the server's packet clock follows a sound card, in answer to a playback report.

    `state` is "free", "learning" or "following"; `yours` says whether the followed card is this viewer's;
    `ppm` is how much faster than its own clock the server sends. The times are medians in ms: until the Mac
    has answered, until the packet is due, to encode it, and to pass it to the network.
    """

    state: str
    yours: bool
    ppm: float
    answer: float
    wait: float
    encode: float
    send: float
    type: Literal["sound"] = field(default="sound", kw_only=True)


@dataclass(frozen=True, slots=True)
class Error:
    """A message of the page was not understood or could not be carried out; the connection goes on."""

    message: str
    type: Literal["error"] = field(default="error", kw_only=True)


@dataclass(frozen=True, slots=True)
class Bye:
    """The last message of a connection; after a final one the page does not reconnect by itself."""

    message: str
    final: bool = False
    type: Literal["bye"] = field(default="bye", kw_only=True)


ServerMessage = (
    Hello
    | Offer
    | CodecChanged
    | Status
    | AudioStatus
    | KeyboardStatus
    | TextProgress
    | Untypable
    | ClipboardCopied
    | ClipboardStatus
    | People
    | Pointers
    | WindowStatus
    | KioskStatus
    | Unused
    | ScreenTextChanged
    | ScreenTextStatus
    | Error
    | Bye
)

_client_adapter: Final[TypeAdapter[ClientMessage]] = TypeAdapter(
    Annotated[ClientMessage, Field(discriminator="type")]
)
_server_adapter: Final[TypeAdapter[ServerMessage]] = TypeAdapter(
    Annotated[ServerMessage, Field(discriminator="type")]
)
_CLIENT_TYPES: Final = tuple(each.__dataclass_fields__["type"].default for each in get_args(ClientMessage))


def encode(message: ServerMessage) -> str:
    """Return the JSON text of a message to the page."""
    # Not dump_json: it raises for a lone surrogate, which a host name or a path may contain.
    return json.dumps(_server_adapter.dump_python(message, by_alias=True), separators=(",", ":"))


def parse(text: str) -> ClientMessage:
    """Return the page's message. Raises SignalingError for anything that is not in the table."""
    if is_too_long(text):
        raise SignalingError(f"only texts and an answer may have more than {MAX_SHORT} characters")
    try:
        return _client_adapter.validate_json(text)
    except ValidationError as error:
        raise SignalingError(_sentence(error)) from error


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of both directions, for docs/signaling.schema.json."""
    directions = {
        "client": _client_adapter.json_schema(),
        "server": _server_adapter.json_schema(mode="serialization"),
    }
    for definition in directions["client"]["$defs"].values():
        if "const" in definition["properties"].get("type", {}):  # pydantic counts its default as optional
            definition["required"] = [*definition.get("required", ()), "type"]
    for definition in directions["server"]["$defs"].values():
        definition["required"] = list(definition["properties"])  # the server sends every field
    return directions


def _sentence(error: ValidationError) -> str:
    """Return what is wrong with a message, by the first of pydantic's findings."""
    finding = error.errors(include_url=False)[0]
    kind, context = finding["type"], finding.get("ctx", {})
    tag, *path = map(str, finding["loc"] or ("",))
    name = ".".join(path)
    match kind:
        case "json_invalid":
            return "the message is not JSON"
        case "union_tag_not_found" | "union_tag_invalid":
            return f"the message's type must be one of {', '.join(_CLIENT_TYPES)}"
        case "string_too_long":
            return f"'{name}' is longer than {context['max_length']} characters"
        case "literal_error":
            return f"the {name} must be one of {context['expected']}"
        case "missing" | "string_type" if tag != "latency":
            return f"'{tag}' needs a text '{name}'"
        case _:
            wrong = f"'{name}' in '{tag}': {finding['msg'].lower()}"
            return wrong if name else "the message must be a JSON object with a 'type'"

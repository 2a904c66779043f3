"""The JSON messages of the signalling WebSocket, both ways. Sans-IO; docs/protocol.md has the table.

The server makes the offer. Whatever a page sends that isn't in the table raises SignalingError with a
sentence to send back; the connection goes on.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Literal

MOST_SDP: Final = 60_000
MOST_CANDIDATE: Final = 1_000
_MOST_NAME: Final = 100

CommandName = Literal["reset", "pause", "resume"]
_COMMANDS: Final[tuple[CommandName, ...]] = ("reset", "pause", "resume")
Fields = dict[str, Any]


class SignalingError(ValueError):
    """A message that cannot be followed; its text is meant for the page's author."""


PARTS: Final = (
    *("up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"),
    "total",
)
"""In the order of travel, and altogether; as the page's latency/meter.js has them."""
_MOST_SAMPLES: Final = 1000
_MOST_MS: Final = 120_000.0
_MOST_OFFSET_MS: Final = 1e14


class LatencySummaryError(ValueError):
    """The page's figures make no sense; the text says which."""


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """`median` and `late` (what 95 % stay below) have milliseconds for each of PARTS.

    `clock_offset` is the server's clock minus the browser's in ms, as the page estimates it.
    """

    samples: int
    clock_offset: float
    median: dict[str, float]
    late: dict[str, float]

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "LatencySummary":
        """Read a page's message. Raises LatencySummaryError."""
        samples = fields.get("samples")
        if type(samples) is not int or not 0 < samples <= _MOST_SAMPLES:
            raise LatencySummaryError(f"'samples' must be a number from 1 to {_MOST_SAMPLES}")
        return cls(
            samples,
            _number(fields.get("clockOffset"), "clockOffset", -_MOST_OFFSET_MS, _MOST_OFFSET_MS),
            _times(fields.get("median"), "median"),
            _times(fields.get("late"), "late"),
        )


def _times(value: Any, name: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise LatencySummaryError(f"'{name}' must be an object with {', '.join(PARTS)}")
    return {part: _number(value.get(part), f"{name}.{part}", 0.0, _MOST_MS) for part in PARTS}


def _number(value: Any, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LatencySummaryError(f"'{name}' must be a number from {least:g} to {most:g}")
    return float(value)


@dataclass(frozen=True, slots=True)
class Join:
    """Wants the Mac's picture and sound, in this codec or (None) in the server's default.

    `by_socket`: as binary messages of this WebSocket, since nothing else gets through.
    """

    codec: str | None
    by_socket: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The browser's side of the session description."""

    sdp: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the browser's ICE candidates, "candidate:…" as in SDP, or an empty text after the last."""

    candidate: str
    mid: str


@dataclass(frozen=True, slots=True)
class SetCodec:
    """Changes this viewer's codec at once."""

    codec: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Starts the Mac again, also after it was shut down."""


@dataclass(frozen=True, slots=True)
class MachineCommand:
    """A command for the emulator."""

    command: CommandName


@dataclass(frozen=True, slots=True)
class Latency:
    """How long this viewer's pings took lately."""

    summary: LatencySummary


ClientMessage = Join | Answer | Candidate | SetCodec | Restart | MachineCommand | Latency


@dataclass(frozen=True, slots=True)
class CodecOffer:
    """One codec that a viewer may choose."""

    name: str
    label: str
    transport: str


@dataclass(frozen=True, slots=True)
class EmulatorView:
    """What a page is told about the emulator; `state` is "running", "paused" or "stopped".

    While `capturing`, the page records what it plays (captureapi.py).
    """

    connected: bool = False
    pid: int | None = None
    state: str = "stopped"
    width: int = 0
    height: int = 0
    capturing: bool = False


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of every connection.

    A page that comes back over another WebSocket shows the `session` that it was told; the answer is
    `resumed` if that has been kept, with its connection for pictures.
    """

    type: ClassVar = "hello"
    version: str
    viewer: str
    codec: str
    codecs: tuple[CodecOffer, ...]
    ice_servers: tuple[dict[str, str], ...]
    role: str = "player"
    session: str = ""
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """The server's session description, with all of its candidates."""

    type: ClassVar = "offer"
    sdp: str


@dataclass(frozen=True, slots=True)
class CodecChanged:
    """This viewer's codec from now on; `choice` is the name that it goes by in the list, such as "auto"."""

    type: ClassVar = "codec"
    codec: str
    choice: str


@dataclass(frozen=True, slots=True)
class Status:
    """The emulator's state, and a sentence for people when there is something to say.

    `off`: nothing happens until somebody restarts it.
    """

    type: ClassVar = "status"
    emulator: EmulatorView
    note: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class AudioStatus:
    """How the sound fares on its way to the page; the answer to a report of its (docs/protocol.md).

    `state` is "free", "learning" or "following", and `yours` says whether it is this viewer's sound card
    that is followed. `ppm` is how much faster than its own clock the server sends. Times are medians in ms.
    """

    type: ClassVar = "sound"
    state: str
    yours: bool
    ppm: float
    answer: float
    wait: float
    encode: float
    send: float


@dataclass(frozen=True, slots=True)
class Error:
    """What went wrong; the connection goes on."""

    type: ClassVar = "error"
    message: str


@dataclass(frozen=True, slots=True)
class Bye:
    """The last message of a connection; after a final one the page doesn't come back by itself."""

    type: ClassVar = "bye"
    message: str
    final: bool = False


ServerMessage = Hello | Offer | CodecChanged | Status | AudioStatus | Error | Bye

_JSON_NAMES: Final = {"ice_servers": "iceServers"}


def encode(message: ServerMessage) -> str:
    """Return the JSON text of a message to the page."""
    fields = {_JSON_NAMES.get(name, name): value for name, value in asdict(message).items()}
    return json.dumps({"type": message.type, **fields}, separators=(",", ":"))


def parse(text: str) -> ClientMessage:
    """Return the page's message. Raises SignalingError for anything that isn't in the table."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SignalingError("the message is not JSON") from error
    if not isinstance(fields, dict):
        raise SignalingError("the message must be a JSON object with a 'type'")
    kind = fields.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise SignalingError(f"the message's type must be one of {', '.join(_READERS)}")
    return reader(fields)


def _text(fields: Fields, name: str, most: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise SignalingError(f"'{fields['type']}' needs a text '{name}'")
    if len(value) > most:
        raise SignalingError(f"'{name}' is longer than {most} characters")
    return value


def _join(fields: Fields) -> Join:
    codec = None if fields.get("codec") is None else _text(fields, "codec", _MOST_NAME)
    return Join(codec, by_socket=fields.get("media") == "socket")


def _command(fields: Fields) -> MachineCommand:
    name = _text(fields, "command", _MOST_NAME)
    if name not in _COMMANDS:
        raise SignalingError(f"the command must be one of {', '.join(_COMMANDS)}")
    return MachineCommand(name)


def _latency(fields: Fields) -> Latency:
    try:
        return Latency(LatencySummary.read(fields))
    except LatencySummaryError as error:
        raise SignalingError(str(error)) from error


_READERS: Final[dict[str, Callable[[Fields], ClientMessage]]] = {
    "join": _join,
    "answer": lambda fields: Answer(_text(fields, "sdp", MOST_SDP)),
    "candidate": lambda fields: Candidate(
        _text(fields, "candidate", MOST_CANDIDATE), _text(fields, "mid", _MOST_NAME)
    ),
    "codec": lambda fields: SetCodec(_text(fields, "codec", _MOST_NAME)),
    "restart": lambda fields: Restart(),
    "command": _command,
    "latency": _latency,
}

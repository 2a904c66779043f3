"""What sessions use of the rest of the server, and what is offered to all viewers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from moof.ipc import Message
from moof.server.config.options import MediaNetwork
from moof.server.protocol.audio_report import PlaybackReport
from moof.server.protocol.messages import CodecOffer, UnknownCodecError
from moof.server.video.framebuffer import ContentStats
from moof.server.viewers import ViewerRegistry

if TYPE_CHECKING:
    from moof.server.audio.pipeline import AudioStats


@dataclass(frozen=True, slots=True)
class Totals:
    """What is counted for all viewers there ever were: bytes of payload, inputs without the right to."""

    bytes_sent: int = 0
    inputs_ignored: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        """Return the sums."""
        return Totals(self.bytes_sent + other.bytes_sent, self.inputs_ignored + other.inputs_ignored)


NO_TOTALS: Final = Totals()


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """What the server offers to all viewers.

    `payload_types` has those codecs that go by RTP.
    """

    codecs: tuple[CodecOffer, ...]
    payload_types: dict[str, int]
    network: MediaNetwork = field(default_factory=MediaNetwork)

    def check(self, codec: str) -> str:
        """Return `codec` if it is offered. Raises UnknownCodecError otherwise."""
        names = [offer.name for offer in self.codecs]
        if codec not in names:
            raise UnknownCodecError(f"there is no codec '{codec}': this server has {', '.join(names)}")
        return codec


class AudioFeedback(Protocol):
    """The sound, as a session needs it."""

    def report(self, viewer: str, report: PlaybackReport) -> None:
        """Take in what a viewer's page reports of its playing."""

    def has_input(self, viewer: str) -> None:
        """Note that this viewer has the mouse or the keyboard."""

    def leave(self, viewer: str) -> None:
        """Forget a viewer's reports."""

    def stats(self) -> "AudioStats":
        """Return the figures so far."""


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What sessions use of the rest of the server.

    `send` gives the emulator a message, and is False when there is none. `restart` raises PowerError.
    `scene` says what kind of picture it is.
    """

    viewers: ViewerRegistry
    offering: MediaOffer
    send: Callable[[Message], bool]
    restart: Callable[[], None]
    sound: AudioFeedback | None = None
    answered: Callable[[tuple[str, ...]], None] = lambda codecs: None
    """Called with the video codecs of each browser's SDP answer."""
    scene: Callable[[], ContentStats] = ContentStats

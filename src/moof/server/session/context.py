"""What viewers' sessions use of the rest of the server, and what the server offers to all viewers."""

from dataclasses import dataclass, field
from typing import Final, Protocol

from moof.media.codecs import CODECS, Transport
from moof.server.audio.pipeline import AudioFeedback
from moof.server.auth.audit import AuditLog
from moof.server.auth.roles import RolePolicy
from moof.server.config.options import PUBLIC_STUN, MediaNetwork
from moof.server.emulator.extension import EmulatorExtension, NoExtension
from moof.server.emulator.link import MessageSink
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CodecChanged, CodecOffer, ServerMessage, UnknownCodecError
from moof.server.session.clipboard_relay import ClipboardRelay
from moof.server.session.kiosk import Kiosk
from moof.server.session.pointer_owner import PointerOwner
from moof.server.session.presence import Presence
from moof.server.session.screen_text_relay import ScreenTextRelay
from moof.server.session.typist import Typist
from moof.server.session.window_follower import WindowFollower
from moof.server.storage.last_browser import LastBrowserFile
from moof.server.transport.capabilities import rtp_codecs, video_payload_type
from moof.server.transport.peer_listener import PeerListener
from moof.server.video.codec_selection import AUTO, LABEL
from moof.server.video.framebuffer import ContentSource
from moof.server.viewers import ViewerRegistry


@dataclass(frozen=True, slots=True)
class Totals:
    """Counters over all viewers since the start: payload bytes, and input messages without the right to."""

    bytes_sent: int = 0
    inputs_ignored: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        """Return the sums."""
        return Totals(self.bytes_sent + other.bytes_sent, self.inputs_ignored + other.inputs_ignored)


NO_TOTALS: Final = Totals()


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """What the server offers to each viewer.

    `payload_types` maps the names of those codecs that go by RTP to their payload types.
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


def media_offer(network: MediaNetwork, *, public_stun: bool) -> MediaOffer:
    """Return an offer of all codecs of the table; with `public_stun`, of a public STUN server, too."""
    if public_stun:
        network = network.with_server(PUBLIC_STUN)
    automatic = CodecOffer(AUTO, LABEL, Transport.RTP.value)
    codecs = (CodecOffer(codec.name, codec.label, codec.transport.value) for codec in CODECS.values())
    payload_types = {codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())}
    return MediaOffer((automatic, *codecs), payload_types, network)


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What sessions use of the rest of the server."""

    viewers: ViewerRegistry
    offer: MediaOffer
    emulator: MessageSink
    machine: MachineControl
    typist: Typist
    audio: AudioFeedback | None = None
    last_browser: LastBrowserFile | None = None
    """Where the codecs of the last browser's answer are stored."""
    content: ContentSource | None = None
    """Statistics about the picture, for the automatic choice of a codec."""
    pointer: PointerOwner = field(default_factory=PointerOwner)
    """Which viewer's mouse messages go to the emulator."""
    presence: Presence = field(default_factory=Presence)
    """Who is here, and who has mouse and keyboard."""
    policy: RolePolicy = field(default_factory=RolePolicy)
    """Which role may do what."""
    extension: EmulatorExtension = field(default_factory=NoExtension)
    """What the emulator can do beyond the contract."""
    clipboard: ClipboardRelay = field(default_factory=ClipboardRelay)
    """The Mac's clipboard."""
    kiosk: Kiosk | None = None
    """Goes back to a state when nobody uses the Mac."""
    window: WindowFollower = field(default_factory=WindowFollower)
    """Whose window the Mac's screen follows."""
    screen_text: ScreenTextRelay = field(default_factory=ScreenTextRelay)
    """What the Mac's screen says."""
    audit: AuditLog = field(default_factory=AuditLog)
    """Where switching the Mac, and abuse, are recorded."""


class PageLink(Protocol):
    """A session, as its input handler uses it."""

    def send(self, message: ServerMessage) -> None:
        """Queue a message to the page."""

    def disconnect(self, reason: str) -> None:
        """End the session without resumption: the viewer exceeded a rate limit."""


class SessionControl(PageLink, PeerListener, Protocol):
    """A session, as its negotiation and its codec use it."""

    def codec_changed(self, message: CodecChanged) -> None:
        """Send the page its codec; latency figures of the codec before are void."""

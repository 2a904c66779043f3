"""Which codec one viewer watches: what it chose, and what that means for its browser, picture and network."""

from moof.media.codecs import PictureQuality
from moof.server.protocol.messages import CodecChanged
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.session.context import SessionContext, SessionControl
from moof.server.transport.peer import Peer
from moof.server.video.codec_selection import AUTO, first_supported, select_automatically
from moof.server.video.framebuffer import ContentStats
from moof.server.viewers import NO_WISHES, UNLIMITED_BITRATE, PictureWishes


class ViewerCodec:
    """One viewer's choice of codec and the codec in use. Everything happens on the event loop."""

    def __init__(self, choice: str, context: SessionContext, session: SessionControl) -> None:
        self.choice = choice
        """The entry of the list that the viewer chose; may be "auto"."""
        self.current = choice
        """The codec in use: the choice, unless that is "auto" or the browser cannot decode it."""
        self.wishes = NO_WISHES
        """What the viewer has asked of its picture; lasts as long as the session."""
        self._candidate = choice
        self._context = context
        self._session = session

    def choose(self, codec: str) -> None:
        """Take another choice. Raises UnknownCodecError; the choice stays as it was then."""
        self.choice = self._context.offer.check(codec)

    def wish(self, wishes: PictureWishes, peer: Peer | None) -> None:
        """Take other wishes; if the choice is "auto", change to the codec that fits them at once."""
        self.wishes = wishes
        if peer is None:
            return
        peer.wish(wishes)
        self._context.viewers.wake()
        best = self.best(peer)
        if self.choice == AUTO and best != self.current:
            self.apply(best, peer)

    def best(self, peer: Peer | None) -> str:
        """Return the codec that the choice means for this browser, the picture and the network."""
        offered = frozenset(self._context.offer.payload_types)
        accepted = peer.accepted_codecs if peer is not None else offered
        if self.choice != AUTO:
            return first_supported(self.choice, accepted)
        bandwidth = peer.bandwidth if peer is not None else self.wishes.limit
        content = self._context.content
        stats = content.content_stats() if content is not None else ContentStats()
        return select_automatically(accepted, stats, bandwidth, self.current, self.wishes.quality)

    def apply(self, codec: str, peer: Peer | None) -> None:
        """Change the viewer's codec and send it to the page."""
        self.current = self._candidate = codec
        if peer is not None:
            self._context.viewers.set_codec(peer, codec)
        self._session.codec_changed(CodecChanged(codec, self.choice))

    def reconsider(self, peer: Peer | None) -> None:
        """Follow picture and network if the choice is "auto"; the session calls this every other second.

        The codec changes only after the same one was found better twice in a row.
        """
        if self.choice != AUTO or peer is None or not peer.ready:
            return
        best, before = self.best(peer), self._candidate
        self._candidate = best
        if best == before != self.current:
            self.apply(best, peer)


def wishes_of(request: QualityRequest) -> PictureWishes:
    """Return what a page's message asks for."""
    limit = UNLIMITED_BITRATE if request.limit is None else float(request.limit)
    return PictureWishes(PictureQuality(request.quality), limit)

"""The RTCP of one viewer, which arrives at one transport (BUNDLE) for all of its senders; RTP is dropped."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from moof.server.transport.aiortc_internals import replace_method
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.rtp_sender import RtpSender
from moof.token_bucket import TokenBucket

_PACKETS_PER_SECOND: Final = 1000.0
"""Compound packets. libwebrtc reports arrivals each 50 ms, and losses at once: not more than arrive."""
_PACKET_BURST: Final = 300.0
_MEDIA_PER_SECOND: Final = 10.0
"""RTP packets: a browser that was offered sendonly streams sends none."""
_MEDIA_BURST: Final = 50.0


class RtcpDemuxer:
    """Gives each compound RTCP packet to all senders that share a transport, then to aiortc's own router."""

    def __init__(self, senders: Sequence[RtpSender], listener: PeerListener) -> None:
        """Packets beyond what any browser sends are not parsed, but reported to `listener` (`flooded`)."""
        self.heard_at = time.monotonic()
        """When the last packet arrived, CLOCK_MONOTONIC in seconds."""
        self._senders = senders
        self._listener = listener
        self._allowance = TokenBucket(_PACKETS_PER_SECOND, _PACKET_BURST)
        self._media = TokenBucket(_MEDIA_PER_SECOND, _MEDIA_BURST)
        transport = senders[0].transport
        assert all(sender.transport is transport for sender in senders)
        self._route: Callable[[bytes], Awaitable[None]] = transport._handle_rtcp_data
        replace_method(transport, "_handle_rtcp_data", self._receive)
        replace_method(transport, "_handle_rtp_data", self._drop_media)

    async def _receive(self, data: bytes) -> None:
        now = self.heard_at = time.monotonic()
        if not self._allowance.take(now):
            self._listener.flooded("reports")
            return
        for sender in self._senders:
            await sender.handle_rtcp(data, now)
        await self._route(data)

    async def _drop_media(self, data: bytes, arrival_time_ms: int) -> None:
        """Parse no RTP: nothing here receives media."""
        if not self._media.take(time.monotonic()):
            self._listener.flooded("packets")

"""Which RTCP reaches the senders and aiortc's router; both are recorded here."""

from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import pytest

from moof.server.transport import rtcp_demuxer
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.rtcp_demuxer import RtcpDemuxer
from moof.server.transport.rtp_sender import RtpSender


def senders_of(transport: object, count: int) -> list[Any]:
    return [create_autospec(RtpSender, instance=True, transport=transport) for _ in range(count)]


async def test_each_packet_reaches_all_senders_and_then_the_router() -> None:
    route = AsyncMock()
    transport = Mock(_handle_rtcp_data=route)
    senders = senders_of(transport, 2)
    listener = create_autospec(PeerListener, instance=True)
    RtcpDemuxer(senders, listener)
    await transport._handle_rtcp_data(b"compound")
    assert [sender.handle_rtcp.await_args.args[0] for sender in senders] == [b"compound"] * 2
    route.assert_awaited_once_with(b"compound")
    listener.flooded.assert_not_called()


async def test_excess_packets_are_reported_and_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtcp_demuxer, "_PACKETS_PER_SECOND", 1e-6)
    monkeypatch.setattr(rtcp_demuxer, "_PACKET_BURST", 2.0)
    route = AsyncMock()
    transport = Mock(_handle_rtcp_data=route)
    (sender,) = senders_of(transport, 1)
    listener = create_autospec(PeerListener, instance=True)
    RtcpDemuxer([sender], listener)
    for _ in range(5):
        await transport._handle_rtcp_data(b"compound")
    assert (route.await_count, sender.handle_rtcp.await_count, listener.flooded.call_count) == (2, 2, 3)


def test_senders_share_one_transport() -> None:
    senders = [*senders_of(Mock(), 1), *senders_of(Mock(), 1)]
    with pytest.raises(AssertionError):
        RtcpDemuxer(senders, create_autospec(PeerListener, instance=True))


async def test_media_of_a_viewer_are_not_parsed_and_many_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    route = AsyncMock()
    transport = Mock(_handle_rtp_data=route)
    listener = create_autospec(PeerListener, instance=True)
    RtcpDemuxer(senders_of(transport, 1), listener)
    await transport._handle_rtp_data(b"packet", arrival_time_ms=1)
    listener.flooded.assert_not_called()
    for _ in range(100):
        await transport._handle_rtp_data(b"packet", arrival_time_ms=1)
    assert listener.flooded.call_args.args == ("packets",)
    route.assert_not_awaited()

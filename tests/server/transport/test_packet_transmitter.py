"""Packets of a real connection, sent by the event loop and by another thread."""

import asyncio
import os
import socket
from typing import Any

import pytest
from aiortc import rtp

from moof.server.transport.packet_transmitter import PacketTransmitter
from support.webrtc_pair import VIDEO_PAYLOAD_TYPE, ConnectedPair, until


def packet(pair: ConnectedPair, number: int) -> bytes:
    """A packet of the video stream."""
    made = rtp.RtpPacket(VIDEO_PAYLOAD_TYPE, sequence_number=number, payload=b"\x61")
    made.ssrc = pair.peer.video._sender._ssrc
    return made.serialize()


def transmitter(pair: ConnectedPair) -> PacketTransmitter:
    return pair.peer._transmitter


async def test_packets_of_another_thread_leave_on_it(pair: ConnectedPair) -> None:
    sent = transmitter(pair)
    await asyncio.to_thread(sent.send, packet(pair, 1))
    duplicate = sent._socket
    assert isinstance(duplicate, socket.socket)
    await until(lambda: len(pair.browser.packets) == 1)
    sent.send(packet(pair, 2))
    await until(lambda: len(pair.browser.packets) == 2)
    sent.close()
    assert duplicate.fileno() == -1
    await asyncio.to_thread(sent.send, packet(pair, 3))  # by the loop, from now on
    await until(lambda: len(pair.browser.packets) == 3)
    assert sent._socket is None


async def test_packets_without_room_in_the_socket_are_sent_by_the_loop(pair: ConnectedPair) -> None:
    sent = transmitter(pair)
    await asyncio.to_thread(sent.send, packet(pair, 1))

    class Full:
        """A socket whose buffer is full."""

        def sendto(self, data: bytes, address: Any) -> None:
            raise BlockingIOError

    real, full = sent._socket, Full()
    assert real is not None
    sent._socket = full  # type: ignore[assignment]
    await asyncio.to_thread(sent.send, packet(pair, 2))
    sent._socket = real
    await until(lambda: [each.sequence_number for each in pair.browser.packets] == [1, 2])


async def test_closed_connection_is_an_error_and_leaves_no_descriptor(pair: ConnectedPair) -> None:
    sent = transmitter(pair)
    await asyncio.to_thread(sent.send, packet(pair, 1))
    duplicate = sent._socket
    assert duplicate is not None
    number = duplicate.fileno()
    await pair.peer.close()
    assert duplicate.fileno() == -1
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    with pytest.raises(ConnectionError):
        sent.send(packet(pair, 2))
    with pytest.raises(ConnectionError):
        await asyncio.to_thread(sent.send, packet(pair, 3))

"""Encrypts one connection's RTP and RTCP packets, and sends them from the thread that has them.

A hand-over to the event loop would wake two threads for each picture and each packet of sound, which costs
more than encrypting and sending them.
"""

import os
import socket
import threading
from typing import Any, Final

from aiortc import RTCDtlsTransport
from aiortc.rtcdtlstransport import State
from aiortc.rtp import is_rtcp

from moof.server.transport.aiortc_internals import check_fields, replace_method
from moof.server.transport.loop_calls import LoopCalls

_COMPONENT: Final = 1
"""ICE's component for RTP; RTCP shares it (RFC 8858)."""
_MAX_QUEUED: Final = 512
"""Packets that wait for the event loop: those of TURN, and those that the socket's buffer has no room for."""
_FIELDS: Final = ("_state", "_tx_srtp", "transport", "_send_rtp")


class PacketTransmitter:
    """Sends in place of RTCDtlsTransport._send_rtp, which aiortc calls for its own packets.

    A lock guards the SRTP session: libsrtp does not allow two threads in one.
    """

    def __init__(self, transport: RTCDtlsTransport) -> None:
        """Create it on the event loop. Raises AiortcMismatchError if aiortc lacks a private name."""
        check_fields(transport, _FIELDS)
        self._dtls: Any = transport
        self._loop_calls = LoopCalls(_MAX_QUEUED)
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._closed = False
        self._endpoint: Any = None
        """The asyncio transport whose socket `_socket` duplicates."""
        replace_method(transport, "_send_rtp", self._send_rtp)

    def send(self, packet: bytes) -> None:
        """Encrypt and send one packet, from any thread. Raises ConnectionError without a connection."""
        with self._lock:
            if self._dtls._state is not State.CONNECTED:
                raise ConnectionError("the connection is not established, or closed")
            session = self._dtls._tx_srtp
            self._transmit(session.protect_rtcp(packet) if is_rtcp(packet) else session.protect(packet))

    def close(self) -> None:
        """Leave sending to the event loop: aiortc says goodbye. May be called twice."""
        with self._lock:
            self._closed = True
            self._set_socket(None, None)

    async def _send_rtp(self, data: bytes) -> None:
        self.send(data)

    def _transmit(self, datagram: bytes) -> None:
        pair = self._dtls.transport._connection._nominated.get(_COMPONENT)
        if pair is None:
            raise ConnectionError("no pair of candidates is nominated")
        endpoint, address = pair.protocol.transport, pair.remote_addr
        if not self._loop_calls.on_loop and (own := self._socket_of(endpoint)) is not None:
            try:
                own.sendto(datagram, address)
                return
            except BlockingIOError:
                pass  # the event loop waits for room
            except OSError:
                return  # an unreachable address, for example: as any lost packet
        self._loop_calls.call(_send_on_loop, endpoint, datagram, address)

    def _socket_of(self, endpoint: Any) -> socket.socket | None:
        """Return a duplicate of the endpoint's UDP socket; None if it has none (TURN), or once closed."""
        if not self._closed and endpoint is not self._endpoint:
            shared = endpoint.get_extra_info("socket")
            own = None if shared is None else socket.socket(fileno=os.dup(shared.fileno()))
            self._set_socket(endpoint, own)
        return self._socket

    def _set_socket(self, endpoint: Any, own: socket.socket | None) -> None:
        if self._socket is not None:
            self._socket.close()
        self._endpoint, self._socket = endpoint, own


def _send_on_loop(endpoint: Any, datagram: bytes, address: Any) -> None:
    is_closing = getattr(endpoint, "is_closing", None)  # TURN's endpoint ignores what comes too late
    if is_closing is None or not is_closing():
        endpoint.sendto(datagram, address)

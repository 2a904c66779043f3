"""Counts the datagrams that arrive at one viewer's UDP sockets, before anything parses them.

Anyone may send to these sockets. What comes from the viewer's own addresses is limited as its other messages
are; what comes from others is dropped beyond what connecting takes, so that a stranger can end no session.
"""

import functools
import logging
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from moof.server.transport.aiortc_internals import check_fields, replace_method
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.sdp_limits import MAX_CANDIDATES
from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

_DATAGRAMS_PER_SECOND: Final = 2500.0
"""More than RTCP and SCTP packets together may be."""
_DATAGRAM_BURST: Final = 1500.0
_OTHERS_PER_SECOND: Final = 100.0
"""From addresses that are none of the viewer's candidates: its first checks through a router."""
_OTHERS_BURST: Final = 300.0
_HANDSHAKES_PER_SECOND: Final = 1.0
_HANDSHAKE_BURST: Final = 100.0
"""DTLS handshake records: a connection takes about ten, and a browser never repeats the handshake."""
_MAX_QUEUED: Final = 256
"""Datagrams that wait for the DTLS handshake to begin, or for the event loop."""
_MAX_REFLEXIVE: Final = 16
"""Candidates that are learned from the viewer's checks, beyond those that it names."""
_RECORD_HEADER: Final = struct.Struct("!BHHIHH")  # RFC 6347, section 4.1; the sequence number is divided
_RECORD_TYPES: Final = range(20, 26)
_HANDSHAKE: Final = 22
_FIELDS: Final = ("_nominated", "_protocols", "_queue", "_remote_candidates", "check_incoming")

Address = tuple[Any, ...]
Deliver = Callable[[bytes, Address], None]


class DatagramGuard:
    """Hands the datagrams of one ICE connection to aioice, unless there are too many. On the event loop."""

    def __init__(self, connection: Any, listener: PeerListener) -> None:
        """`connection` is aioice's, with its candidates gathered.

        What exceeds a limit is reported to `listener` (`flooded`), and nothing is parsed afterwards. Raises
        AiortcMismatchError if aioice lacks a private name that is used.
        """
        check_fields(connection, _FIELDS)
        self._connection = connection
        self._listener = listener
        self._viewer = TokenBucket(_DATAGRAMS_PER_SECOND, _DATAGRAM_BURST)
        self._others = TokenBucket(_OTHERS_PER_SECOND, _OTHERS_BURST)
        self._handshakes = TokenBucket(_HANDSHAKES_PER_SECOND, _HANDSHAKE_BURST)
        self._closed = False
        self._check_incoming = connection.check_incoming
        replace_method(connection, "check_incoming", self._receive_check)
        for protocol in connection._protocols:
            receive = functools.partial(self._receive, protocol.datagram_received)
            replace_method(protocol, "datagram_received", receive)

    def close(self) -> None:
        """Parse nothing from now on."""
        self._closed = True

    def _receive(self, deliver: Deliver, data: bytes, address: Address) -> None:
        if self._closed or not data:  # aiortc fails at an empty one
            return
        if self._is_viewer(address[:2]):
            self._receive_from_viewer(deliver, data, address)
        elif self._others.take(time.monotonic()) and self._expects(data):
            self._deliver(deliver, data, address)

    def _is_viewer(self, address: Address) -> bool:
        pairs, candidates = self._connection._nominated.values(), self._connection._remote_candidates
        return any(pair.remote_addr == address for pair in pairs) or any(
            (each._network_host, each.port) == address for each in candidates
        )

    def _receive_from_viewer(self, deliver: Deliver, data: bytes, address: Address) -> None:
        now = time.monotonic()
        for part in dtls_records(data):
            if not self._viewer.take(now) or (part[0] == _HANDSHAKE and not self._handshakes.take(now)):
                self._closed = True
                self._listener.flooded("packets")
                return
            self._deliver(deliver, part, address)

    def _expects(self, data: bytes) -> bool:
        """Return whether aioice gets a datagram of another address: STUN, or the handshake's first data."""
        stun = data[0] < 4  # RFC 7983
        return stun or not self._connection._nominated

    @property
    def _has_room(self) -> bool:
        return bool(self._connection._queue.qsize() < _MAX_QUEUED)

    def _deliver(self, deliver: Deliver, data: bytes, address: Address) -> None:
        if not self._has_room:
            return
        try:
            deliver(data, address)
        except Exception as error:  # noqa: BLE001  aioice expects attributes that a check may lack
            LOG.debug("A datagram cannot be processed (%s: %s).", type(error).__name__, error)

    def _receive_check(self, message: Any, address: Address, protocol: Any) -> None:
        """Pass a check of the viewer's on, unless it would become one candidate too many."""
        room = len(self._connection._remote_candidates) < MAX_CANDIDATES + _MAX_REFLEXIVE
        if room or self._is_viewer(address):
            self._check_incoming(message, address, protocol)


def dtls_records(data: bytes) -> Iterator[bytes]:
    """Yield the records of a DTLS datagram, anything else as it is.

    aiortc reads one record for each datagram, so that the others would wait in memory. What is behind the
    last whole record is left out.
    """
    if data[0] not in _RECORD_TYPES:
        yield data
        return
    position = 0
    while position + _RECORD_HEADER.size <= len(data):
        length = _RECORD_HEADER.unpack_from(data, position)[-1]
        end = position + _RECORD_HEADER.size + length
        if end > len(data):
            return
        yield data[position:end]
        position = end

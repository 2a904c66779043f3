"""Limits what one viewer's SCTP packets cost, and what of them aiortc keeps.

aiortc's SCTP is Python in the event loop and trusts the browser: one SACK with wide gap blocks costs it
seconds. docs/library-internals.md lists its private names that are used here.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final

from aiortc.rtcsctptransport import Chunk, DataChunk, ForwardTsnChunk, RTCSctpTransport, SackChunk

from moof.server.transport.aiortc_internals import check_fields, replace_method
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.sctp_chunks import packet_cost
from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

_CHUNKS_PER_SECOND: Final = 1000.0
"""Chunks and their parameters: input, and acknowledgements of the "frame" messages."""
_CHUNK_BURST: Final = 1000.0
_MAX_PACKET_COST: Final = 80
"""Of one packet; 1,200 bytes have room for 40 of the shortest messages of the input channel."""
MAX_AHEAD: Final = 256
"""DATA chunks behind a missing one that are kept. The browser sends the others again."""
MAX_INCOMPLETE: Final = 2 * MAX_AHEAD
"""DATA chunks kept of incomplete messages; no page sends a message of so many."""
_TSN_MODULO: Final = 1 << 32
_FIELDS: Final = (
    *("_data_channels", "_inbound_streams", "_last_received_tsn", "_local_tsn"),
    *("_mark_received", "_sack_misordered", "_sack_needed", "_sent_queue"),
)


class SctpGuard:
    """Hands a viewer's SCTP packets to aiortc, unless there are too many. On the event loop."""

    def __init__(self, sctp: RTCSctpTransport, listener: PeerListener) -> None:
        """What exceeds a limit is reported to `listener` (`flooded`), and nothing is parsed afterwards.

        Raises AiortcMismatchError if aiortc lacks a private name that is used.
        """
        check_fields(sctp, _FIELDS)
        self._sctp: Any = sctp
        self._listener = listener
        self._allowance = TokenBucket(_CHUNKS_PER_SECOND, _CHUNK_BURST)
        self._closed = False
        self._handle: Callable[[bytes], Awaitable[None]] = sctp._handle_data
        self._process: Callable[[Chunk], Awaitable[None]] = sctp._receive_chunk
        replace_method(sctp, "_handle_data", self._receive)
        replace_method(sctp, "_receive_chunk", self._receive_chunk)

    def close(self) -> None:
        """Parse nothing from now on."""
        self._closed = True

    async def _receive(self, data: bytes) -> None:
        if self._closed:
            return
        cost, now = packet_cost(data), time.monotonic()
        if cost is None or cost > _MAX_PACKET_COST or not all(self._allowance.take(now) for _ in range(cost)):
            self._refuse()
            return
        try:
            await self._handle(data)
        except ConnectionError:
            raise  # the connection has ended
        except Exception as error:  # noqa: BLE001  aiortc raises whatever its slicing meets
            LOG.info("An SCTP packet cannot be processed (%s: %s).", type(error).__name__, error)
            self._refuse()

    async def _receive_chunk(self, chunk: Chunk) -> None:
        """Pass a chunk of a packet on, unless it is one that no page sends, or may be dropped."""
        if self._closed or isinstance(chunk, ForwardTsnChunk):  # pages abandon no messages
            return
        if isinstance(chunk, DataChunk) and not self._accepts(chunk):
            return
        if isinstance(chunk, SackChunk) and not self._limit_gaps(chunk):
            return
        await self._process(chunk)

    def _accepts(self, chunk: DataChunk) -> bool:
        """Return whether a DATA chunk is passed on; one that is not is lost or only acknowledged."""
        sctp = self._sctp
        if sctp._last_received_tsn is None:
            return False
        ahead = (chunk.tsn - sctp._last_received_tsn) % _TSN_MODULO
        if 1 < ahead < _TSN_MODULO // 2 and (ahead > MAX_AHEAD or len(sctp._sack_misordered) >= MAX_AHEAD):
            return False
        if chunk.stream_id not in sctp._data_channels:  # a channel that the viewer wants to open
            sctp._mark_received(chunk.tsn)
            sctp._sack_needed = True
            return False
        if sum(len(stream.reassembly) for stream in sctp._inbound_streams.values()) >= MAX_INCOMPLETE:
            self._refuse()
            return False
        return True

    def _limit_gaps(self, sack: SackChunk) -> bool:
        """Reduce the gap blocks to what is outstanding; return False for a SACK of what was never sent."""
        newest = self._sctp._local_tsn - 1
        if (newest - sack.cumulative_tsn) % _TSN_MODULO >= _TSN_MODULO // 2:
            return False
        positions = ((chunk.tsn - sack.cumulative_tsn) % _TSN_MODULO for chunk in self._sctp._sent_queue)
        sack.gaps = [(position, position) for position in covered(positions, sack.gaps)]
        return True

    def _refuse(self) -> None:
        self._closed = True
        self._listener.flooded("packets")


def covered(positions: Iterable[int], gaps: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield those of the ascending `positions` that are in one of the gap blocks, which have any order."""
    blocks = iter(sorted(gaps))
    end = -1
    start, last = next(blocks, (1 << 32, 0))
    for position in positions:
        while start <= position:
            end = max(end, last)
            start, last = next(blocks, (1 << 32, 0))
        if position <= end:
            yield position

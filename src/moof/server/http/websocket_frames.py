"""Finds the frames in what a client sends over a WebSocket, so that they are counted before they are decoded.

Sans-IO; frames as in RFC 6455, section 5.2.
"""

from dataclasses import dataclass, field
from typing import Final

MAX_FRAGMENTS: Final = 64
"""Frames of one message. Browsers send a message of 64 KB in one frame; a proxy may divide it."""
PING_COST: Final = 25
"""Frames that a ping counts for: browsers send none, and each is answered."""
_CONTINUATION: Final = 0x0
_PING: Final = 0x9
_CONTROL: Final = 0x8  # the bit that opcodes of control frames have
_EXTENDED_LENGTH: Final = {126: 2, 127: 8}
_SHORTEST_HEADER: Final = 2


@dataclass(slots=True)
class FrameScanner:
    """The position in a client's byte stream: which bytes are headers, and which are payload."""

    fragments: int = 0
    """Frames of the last message so far."""
    _header: bytearray = field(default_factory=bytearray)
    _payload_left: int = 0

    def scan(self, data: bytes | bytearray, most: int) -> tuple[int, int]:
        """Return how many bytes of `data` hold the next `most` frames, and what these frames count for.

        The last frame may be incomplete: the next call gets the rest of it. The bytes behind these frames are
        not looked at, and are passed again.
        """
        position = begun = pings = 0
        while position < len(data):
            if self._payload_left:
                step = min(self._payload_left, len(data) - position)
                self._payload_left -= step
                position += step
                continue
            if not self._header:
                if begun == most:
                    break
                begun += 1
            position += self._extend_header(data, position)
            pings += self._process_header()
        return position, begun + (PING_COST - 1) * pings

    def _extend_header(self, data: bytes | bytearray, position: int) -> int:
        """Add to the header what there is of it; return the number of bytes."""
        piece = data[position : position + self._header_length - len(self._header)]
        self._header += piece
        return len(piece)

    @property
    def _header_length(self) -> int:
        """Bytes of the header, as far as its first bytes say."""
        if len(self._header) < _SHORTEST_HEADER:
            return _SHORTEST_HEADER
        length = self._header[1]
        return _SHORTEST_HEADER + _EXTENDED_LENGTH.get(length & 0x7F, 0) + (4 if length & 0x80 else 0)

    def _process_header(self) -> bool:
        """Continue with the payload if the header is complete; return whether it is a ping's."""
        header = self._header
        if len(header) < self._header_length:
            return False
        extended = _EXTENDED_LENGTH.get(header[1] & 0x7F, 0)
        self._payload_left = int.from_bytes(header[2 : 2 + extended]) if extended else header[1] & 0x7F
        opcode = header[0] & 0x0F
        if not opcode & _CONTROL:
            self.fragments = self.fragments + 1 if opcode == _CONTINUATION else 1
        header.clear()
        return opcode == _PING

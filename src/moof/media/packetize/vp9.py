"""Splits VP9 frames into RTP payloads.

Source: RFC 9628 with the shortest descriptor: one byte of flags. Without layers a picture id has no use; RTP
sequence numbers show what is missing.
"""

_INTER, _BEGIN, _END = 0x40, 0x08, 0x04
_FRAME_TYPE_INTER, _SHOW_EXISTING = 0x04, 0x08


def packetize(frame: bytes, mtu: int = 1180) -> list[bytes]:
    """Return RTP payloads of about equal size, at most `mtu` bytes; the marker bit belongs to the last one.

    Raises:
        ValueError: an `mtu` too small for the descriptor and data.
    """
    space = mtu - 1
    if space < 1:
        raise ValueError(f"payloads of {mtu} bytes are too small for RFC 9628")
    kind = 0 if is_key(frame) else _INTER
    count = max(1, -(-len(frame) // space))
    payloads = []
    for i in range(count):
        piece = frame[len(frame) * i // count : len(frame) * (i + 1) // count]
        edges = (_BEGIN if i == 0 else 0) | (_END if i == count - 1 else 0)
        payloads.append(bytes((kind | edges,)) + piece)
    return payloads


def is_key(frame: bytes) -> bool:
    """Return whether a frame of profile 0 to 2 is a key frame (VP9 bitstream, section 6.2)."""
    return bool(frame) and not frame[0] & (_FRAME_TYPE_INTER | _SHOW_EXISTING)

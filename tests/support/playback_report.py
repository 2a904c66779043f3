"""The page's side of message 0x30: packs a playback report, from the table in docs/protocol.md."""

import struct

from moof.server.protocol.audio_report import PlaybackReport


def pack_report(report: PlaybackReport) -> bytes:
    """Return the message of a report: 40 bytes, little endian."""
    return bytes([0x30, 0, 0, 0]) + struct.pack(
        "<IddffII",
        report.concealed,
        report.time_ms,
        report.consumed,
        report.depth_ms,
        report.target_ms,
        report.inserted,
        report.removed,
    )

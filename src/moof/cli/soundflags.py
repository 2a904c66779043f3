"""The options of the server's audio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from moof.cli.option_groups import option
from moof.cli.terminal import fail
from moof.server.config.options import AudioOptions

PACKET_MS: Final = (20, 10, 5)


@dataclass(frozen=True, slots=True)
class SoundFlags:
    """The options of the server's audio, from the command line, the environment or moof.toml, checked."""

    audio_bitrate: Annotated[int, option("Bitrate of audio in kb/s, stereo (Opus).", min=16, max=510)] = 128
    audio_packet_ms: Annotated[
        int | None,
        option(
            "Duration of an audio packet: 20, 10 or 5 ms. Shorter ones arrive sooner and cost more. By "
            "default 10 for emulators that answer any request exactly, as the built-in Mac and the bridge do."
        ),
    ] = None
    follow_listener: Annotated[
        bool, option("Compensate the drift of the listener's sound card (docs/sound.md).")
    ] = True

    def __post_init__(self) -> None:
        if self.audio_packet_ms is not None and self.audio_packet_ms not in PACKET_MS:
            fail(f"--audio-packet-ms {self.audio_packet_ms}: a packet lasts 20, 10 or 5 ms.")

    @property
    def options(self) -> AudioOptions:
        """The server's audio options."""
        return AudioOptions(self.audio_bitrate * 1000, self.audio_packet_ms, self.follow_listener)

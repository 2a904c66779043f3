"""The options of the server's sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from moof.cli.option_groups import option
from moof.cli.terminal import fail
from moof.server.config.options import AudioOptions

PACKET_MS: Final = (20, 10, 5)


@dataclass(frozen=True, slots=True)
class SoundFlags:
    """As typed, or from moof.toml or the environment."""

    audio_bitrate: Annotated[int, option("Sound in kb/s, stereo (Opus).", min=16, max=510)] = 128
    audio_packet_ms: Annotated[
        int, option("Length of a packet of sound: 20, 10 or 5 ms. Shorter ones come sooner, and cost more.")
    ] = 20
    follow_listener: Annotated[
        bool, option("Let the sound keep pace with the listener's sound card (docs/sound.md).")
    ] = True

    def __post_init__(self) -> None:
        if self.audio_packet_ms not in PACKET_MS:
            fail(f"--audio-packet-ms {self.audio_packet_ms}: a packet has 20, 10 or 5 ms.")

    @property
    def options(self) -> AudioOptions:
        """What the sound is started with."""
        return AudioOptions(self.audio_bitrate * 1000, self.audio_packet_ms, self.follow_listener)

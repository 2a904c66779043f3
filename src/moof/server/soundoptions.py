"""What the sound is started with. Light, so that options can be checked before anything is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """Opus' bits a second, and a packet's length: 20, 10 or 5 ms.

    `follow_listener` keeps pace with the listener's sound card. `clock_error_ppm` is for tests: how much too
    fast the server's clock shall be.
    """

    bitrate: int = 128_000
    packet_ms: int = 20
    follow_listener: bool = True
    clock_error_ppm: float = 0.0

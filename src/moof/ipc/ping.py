"""The emulator's part of a latency probe: the next five published frames echo each ping."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from moof.ipc.contract import PING_ECHO_FRAMES
from moof.ipc.messages import Ping


@dataclass(frozen=True, slots=True)
class PingEcho:
    """The echo of a ping (segment offsets 88 to 120): t1 in ms of the browser's clock, the rest in us.

    t2..t4 are CLOCK_REALTIME. Existing C++ emulators write t4 late, so it may be 0, or before t3, or a
    frame old.
    """

    sequence: int
    t1_browser_ms: int
    t2_server_us: int
    t3_emulator_us: int
    t4_frame_us: int


class PingEchoes:
    """Holds the newest ping and counts its echoes.

    The thread that receives messages and the one that publishes frames share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ping: Ping | None = None
        self._t3_us = 0
        self._remaining = 0

    def received(self, ping: Ping, now_us: int) -> None:
        """Store a ping received at `now_us` (t3, CLOCK_REALTIME); it replaces an older one."""
        with self._lock:
            self._ping, self._t3_us, self._remaining = ping, now_us, PING_ECHO_FRAMES

    @property
    def pending(self) -> bool:
        """Whether the next frame must carry an echo, and so must be published even if nothing changed."""
        return self._remaining > 0

    def forget(self) -> None:
        """Drop the ping: the server that sent it has disconnected."""
        with self._lock:
            self._remaining = 0

    def next_echo(self, now_us: int) -> PingEcho | None:
        """Return the echo for the frame completed at `now_us` (t4), None after five frames."""
        with self._lock:
            if self._ping is None or not self._remaining:
                return None
            self._remaining -= 1
            ping, t3_us = self._ping, self._t3_us
        return PingEcho(ping.sequence, ping.t1_browser_send_ms, ping.t2_server_recv_us, t3_us, now_us)

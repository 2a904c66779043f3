"""The emulator's part of a latency probe: each ping is echoed by the next five published frames."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from .contract import PING_ECHO_FRAMES
from .messages import Ping


@dataclass(frozen=True, slots=True)
class PingEcho:
    """A ping on its way back (segment offsets 88 to 120): t1 in ms of the browser's clock, the rest in us.

    t2..t4 are CLOCK_REALTIME. Existing C++ emulators write t4 late, so it may be 0, or before t3, or a
    frame old.
    """

    sequence: int
    t1_browser_ms: int
    t2_server_us: int
    t3_emulator_us: int
    t4_frame_us: int


class PingEchoes:
    """Remembers the newest ping and hands out its echoes; the thread that receives and the one that publishes
    share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ping: Ping | None = None
        self._t3_us = 0
        self._remaining = 0

    def received(self, ping: Ping, now_us: int) -> None:
        """Take a ping that came at `now_us` (t3, CLOCK_REALTIME); it replaces an older one."""
        with self._lock:
            self._ping, self._t3_us, self._remaining = ping, now_us, PING_ECHO_FRAMES

    @property
    def pending(self) -> bool:
        """Whether the next frame has to carry an echo, and so has to be published even if nothing changed."""
        return self._remaining > 0

    def forget(self) -> None:
        """Whoever sent the ping has gone: nobody waits for its echoes."""
        with self._lock:
            self._remaining = 0

    def next_echo(self, now_us: int) -> PingEcho | None:
        """Return what the frame completed at `now_us` (t4) carries, None once five frames have carried it."""
        with self._lock:
            if self._ping is None or not self._remaining:
                return None
            self._remaining -= 1
            ping, t3_us = self._ping, self._t3_us
        return PingEcho(ping.sequence, ping.t1_browser_send_ms, ping.t2_server_recv_us, t3_us, now_us)

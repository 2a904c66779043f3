"""The emulator's part of the latency measurements: echoes of pings, and the age of mouse messages."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from moof.ipc.contract import PING_ECHO_FRAMES
from moof.ipc.messages import Ping

WINDOW_MS: Final = 1000
PLAUSIBLE_MS: Final = range(2000)
"""A larger difference means that the clocks of two machines differ; such a message is not counted."""


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
    """Holds the newest ping and counts its echoes: the next five published frames carry them.

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
        """Whether no frame has echoed the ping yet: one must be published even if nothing has changed."""
        return self._remaining == PING_ECHO_FRAMES

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


class MouseLatency:
    """Mean age of the mouse messages of each second, for the segment's mouse latency fields.

    Any thread adds, one reports; times are CLOCK_REALTIME in milliseconds.
    """

    def __init__(self, now_ms: int) -> None:
        self._lock = threading.Lock()
        self._window_start = now_ms
        self._total = 0
        self._samples = 0

    def add(self, sent_ms: int, now_ms: int) -> None:
        """Count a message that the browser sent at `sent_ms` by its own clock (0: unknown)."""
        age = now_ms - sent_ms
        if sent_ms and age in PLAUSIBLE_MS:
            with self._lock:
                self._total += age
                self._samples += 1

    def report(self, now_ms: int) -> tuple[float, int] | None:
        """Return, once a second, the mean in ms and the number of messages it is made of; else None."""
        with self._lock:
            if 0 <= now_ms - self._window_start < WINDOW_MS:  # the clock may have been set back
                return None
            total, samples = self._total, self._samples
            self._window_start, self._total, self._samples = now_ms, 0, 0
        return (total / samples, samples) if samples else None

"""Pings on their way from the control socket's thread to the one that publishes frames."""

import threading

from moof.ipc import Ping, PingEcho, PingEchoes


class SharedPings:
    """The contract's echoes (`moof.ipc.PingEchoes`) with the lock that two threads need."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._echoes = PingEchoes()

    def received(self, ping: Ping, now_us: int) -> None:
        """A ping has come, at `now_us` (CLOCK_REALTIME): t3."""
        with self._lock:
            self._echoes.received(ping, now_us)

    @property
    def pending(self) -> bool:
        """Whether a frame has to go out even if the picture stands still."""
        with self._lock:
            return self._echoes.pending

    def next_echo(self, now_us: int) -> PingEcho | None:
        """What the frame that is complete at `now_us` carries: t4."""
        with self._lock:
            return self._echoes.next_echo(now_us)

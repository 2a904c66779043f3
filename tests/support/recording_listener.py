"""A listener of a Mac's threads that records what they report."""

from __future__ import annotations

import queue

from moof.ipc import State
from moof.mac.cpu_thread import CpuListener
from moof.mac.emulops import PowerRequest


class RecordingListener(CpuListener):
    """Records states, POWER requests and the number of failed threads."""

    def __init__(self) -> None:
        self.states: queue.Queue[State] = queue.Queue()
        self.power: queue.Queue[PowerRequest] = queue.Queue()
        self.failures = 0

    def state_entered(self, state: State) -> None:
        self.states.put(state)

    def power_requested(self, request: PowerRequest) -> None:
        self.power.put(request)

    def thread_failed(self) -> None:
        self.failures += 1

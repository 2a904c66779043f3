"""What each Mac that is a process has, with real sockets and signals."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from moof.extension import Capability, ExtensionError
from moof.ipc import EXIT_STATUS_FAILED, EXIT_STATUS_RESTART
from moof.mac.emulops import PowerRequest
from moof.mac.errors import MacError
from moof.mac.machine_threads import MachineThreads, make_end, make_extension_end, signals
from moof.mac.threads import BinarySemaphore, MacThread


class NotedThread(MacThread):
    """Notes when it starts and stops."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self._own_name, self._notes = name, notes

    def start(self) -> None:
        self._notes.append(f"{self._own_name} starts")

    def stop(self) -> None:
        self._notes.append(f"{self._own_name} stops")


def test_threads_end_in_the_opposite_order_with_the_first_status() -> None:
    notes: list[str] = []
    finished = BinarySemaphore()
    with make_end() as end:
        machine = MachineThreads(end, finished)
        machine._threads = [NotedThread("a", notes), NotedThread("b", notes)]
        machine.power_requested(PowerRequest.RESTART)
        machine.thread_failed()
        assert machine.run(notes.append) == EXIT_STATUS_RESTART
        assert notes == ["a starts", "b starts", end.ready_line(), "b stops", "a stops"]


def test_a_failed_thread_is_a_status() -> None:
    with make_end() as end:
        machine = MachineThreads(end, BinarySemaphore())
        machine.thread_failed()
        assert machine.run(lambda _: None) == EXIT_STATUS_FAILED


def test_an_extension_socket_that_cannot_be_offered_is_a_mac_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(capabilities: frozenset[Capability]) -> None:
        raise ExtensionError("no room")

    monkeypatch.setattr("moof.extension.ExtensionEnd.create", refuse)
    with pytest.raises(MacError, match="no room"):
        make_extension_end(frozenset())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_finish_and_their_handlers_come_back(number: int) -> None:
    before, finished = signal.getsignal(number), threading.Event()
    with signals(finished.set):
        os.kill(os.getpid(), number)
        assert finished.wait(30)
    assert signal.getsignal(number) is before


def test_other_threads_leave_signals_alone() -> None:
    before, inside = signal.getsignal(signal.SIGTERM), []

    def look() -> None:
        with signals(lambda: None):
            inside.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look, name="looks")
    thread.start()
    thread.join()
    assert inside == [before]

"""What the sources share: being an IPC v4 emulator in a process of its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from moof.ipc import EmulatorEnd, Message


def run_source(
    end: EmulatorEnd,
    on_message: Callable[[Message], None],
    publish: Callable[[threading.Event], None],
) -> None:
    """Serve the contract while `publish` runs; SIGTERM and SIGINT set the event that `publish` polls."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    control = threading.Thread(target=end.serve, args=(on_message,), name="control-socket")
    control.start()
    print(end.ready_line(), flush=True)
    try:
        publish(stopped)
    finally:
        end.stop()
        control.join()
        end.close()

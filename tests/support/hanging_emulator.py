"""An emulator that answers pings by frames, and does nothing any more once it has received a reset.

It prints the ready line of the contract. With `--mute` it goes on to read its socket after the reset, as one
whose processor's thread hangs.
"""

from __future__ import annotations

import sys
import threading
import time

from moof.geometry import EMPTY, Rect
from moof.ipc import CommandCode, EmulatorEnd, MachineCommand, Message, Ping, PingEcho, State


def main() -> None:
    """Serve until killed."""
    hung = False
    with EmulatorEnd.create() as end:

        def publish(dirty: Rect, echo: PingEcho | None = None) -> None:
            end.frames.begin()
            end.frames.publish(640, 480, dirty, (0, 0, False), time.time_ns() // 1000, echo)

        def receive(message: Message) -> None:
            nonlocal hung
            if message == MachineCommand(CommandCode.RESET):
                hung = True
                if "--mute" not in sys.argv:
                    threading.Event().wait()
            elif isinstance(message, Ping) and not hung:
                now = time.time_ns() // 1000
                times = (message.t1_browser_send_ms, message.t2_server_recv_us, now, now)
                publish(EMPTY, PingEcho(message.sequence, *times))

        publish(Rect(0, 0, 640, 480))
        end.segment.state = State.RUNNING
        print(end.ready_line(), flush=True)
        end.serve(receive)


if __name__ == "__main__":
    main()

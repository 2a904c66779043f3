"""A system bus of one's own (a real dbus-daemon), and a stand-in for RealtimeKit on it."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jeepney import Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import HeaderFields

NAME = "org.freedesktop.RealtimeKit1"
PROPERTIES = {"MaxRealtimePriority": ("i", 20), "RTTimeUSecMax": ("x", 150_000)}
_CONFIGURATION = """<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""


@contextlib.contextmanager
def system_bus(directory: Path) -> Iterator[str]:
    """Run a dbus-daemon; yield its address."""
    configuration = directory / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=directory / "bus"))
    command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
    with subprocess.Popen([*command, "--print-address=1"], stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@dataclass
class StandInKit:
    """Answers as rtkit-daemon does, but changes no thread; it serves until the bus ends."""

    address: str
    refusal: str = ""
    """An error that it answers requests with."""
    silent: bool = False
    """Whether it answers nothing."""
    requests: list[tuple[int, int]] = field(default_factory=list)
    """The thread and the priority of each request."""

    def start(self) -> StandInKit:
        """Own RealtimeKit's name, and serve in a thread."""
        bus = open_dbus_connection(self.address)
        bus.send_and_get_reply(message_bus.RequestName(NAME))
        threading.Thread(target=self._serve, args=(bus,), name="stand-in-kit", daemon=True).start()
        return self

    def _serve(self, bus: DBusConnection) -> None:
        with bus, contextlib.suppress(ConnectionError, OSError):
            while True:
                message = bus.receive()
                if message.header.message_type is MessageType.method_call and not self.silent:
                    bus.send(self._answer(message))

    def _answer(self, message: Message) -> Any:
        if message.header.fields[HeaderFields.member] == "Get":
            return new_method_return(message, "v", (PROPERTIES[message.body[1]],))
        if self.refusal:
            return new_error(message, "org.freedesktop.DBus.Error.AccessDenied", "s", (self.refusal,))
        self.requests.append(message.body)
        return new_method_return(message)

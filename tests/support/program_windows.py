"""The windows of a program behind the bridge, and whether it has handled its input."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, Final

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, Atom, EventMask, MapState

from support.processes import descendants
from support.waiting import wait_until

_PINGS: Final = 4
"""SDL answers a ping while it reads events, before the program handles those that were read with it."""


class ProgramWindows:
    """A connection to the private display of a program that the bridge runs."""

    def __init__(self, bridge_pid: int, program: str) -> None:
        """Wait for the program among the bridge's descendants, by its name (proc(5), comm)."""

        def found() -> list[int]:
            return [pid for pid, name in descendants(bridge_pid).items() if name == program]

        wait_until(found, program)
        self.pid = found()[0]

        def environment() -> dict[str, str]:  # empty while the program is being loaded
            words = Path(f"/proc/{self.pid}/environ").read_bytes().decode().split("\0")
            return dict(word.partition("=")[::2] for word in words)

        wait_until(lambda: "XAUTHORITY" in environment(), f"{program} to have an environment")
        variables = environment()
        before = os.environ.get("XAUTHORITY")
        os.environ["XAUTHORITY"] = variables["XAUTHORITY"]
        try:
            self.connection: Any = xcffib.connect(variables["DISPLAY"])
        finally:
            os.environ.pop("XAUTHORITY") if before is None else os.environ.update(XAUTHORITY=before)
        self._core: Any = self.connection.core
        self._root = self.connection.get_setup().roots[0].root
        self._core.ChangeWindowAttributes(self._root, CW.EventMask, [EventMask.SubstructureNotify])
        self._sent = 0

    def close(self) -> None:
        """Close the connection."""
        self.connection.disconnect()

    def shown(self) -> list[tuple[str, int, int]]:
        """Return title, width and height of each window of the root that can be seen and has a title."""
        found = []
        for window in self._core.QueryTree(self._root).reply().children:
            if self._core.GetWindowAttributes(window).reply().map_state == MapState.Viewable:
                size = self._core.GetGeometry(window).reply()
                found.append((self._title(window), size.width, size.height))
        return sorted(entry for entry in found if entry[0])

    def is_down(self, code: int) -> bool:
        """Return whether a key is down at the display, by its X key code."""
        keys = self._core.QueryKeymap().reply().keys
        return bool(keys[code // 8] >> code % 8 & 1)

    def wait_until_handled(self) -> None:
        """Wait until the program has handled all events that the display has sent to it.

        By pings (Extended Window Manager Hints, _NET_WM_PING), which SDL answers in the order of events.
        """
        protocols, ping = self._atom("WM_PROTOCOLS"), self._atom("_NET_WM_PING")
        window = self._core.GetInputFocus().reply().focus
        for _ in range(_PINGS):
            self._sent += 1
            event = struct.pack("=BBHII5I", 33, 32, 0, window, protocols, ping, self._sent, window, 0, 0)
            self._core.SendEvent(False, window, 0, event)
            wait_until(lambda: self._answered(ping), "the program to answer a ping")

    def _answered(self, ping: int) -> bool:
        while (event := self.connection.poll_for_event()) is not None:
            if isinstance(event, xcffib.xproto.ClientMessageEvent):
                data = event.data.data32
                if (data[0], data[1]) == (ping, self._sent):
                    return True
        self.connection.flush()
        return False

    def _atom(self, name: str) -> int:
        return int(self._core.InternAtom(False, len(name), name).reply().atom)

    def _title(self, window: int) -> str:
        found = self._core.GetProperty(False, window, Atom.WM_NAME, 0, 0, 64).reply()
        return bytes(found.value.buf()).decode("utf-8", "replace")

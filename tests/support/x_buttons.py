"""An X program that records the buttons pressed in its window.

    python x_buttons.py LOG

It writes each press and release to LOG as a JSON line: button, down, and the pointer's position (x, y).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import xcffib
from xcffib.xproto import CW, EventMask, WindowClass

SIZE = 320, 200


def main(log_path: Path) -> None:
    """Show a window and record its events until the display ends."""
    connection = xcffib.connect()
    screen = connection.get_setup().roots[0]
    window = connection.generate_id()
    connection.core.CreateWindow(
        screen.root_depth,
        window,
        screen.root,
        0,
        0,
        *SIZE,
        0,
        WindowClass.InputOutput,
        screen.root_visual,
        CW.EventMask,
        [EventMask.ButtonPress | EventMask.ButtonRelease],
    )
    connection.core.MapWindow(window)
    connection.flush()
    with log_path.open("w", encoding="utf-8", buffering=1) as log:
        while True:
            event = connection.wait_for_event()
            if isinstance(event, xcffib.xproto.ButtonReleaseEvent | xcffib.xproto.ButtonPressEvent):
                down = isinstance(event, xcffib.xproto.ButtonPressEvent)
                record = {"button": event.detail, "down": down, "x": event.event_x, "y": event.event_y}
                log.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

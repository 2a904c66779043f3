"""`moof bridge` that also writes how long after its program's drawing it has noticed each picture.

    python noticing_bridge.py FILE bridge …

The program is support/sdl_program.py with --bar: its picture contains the time. FILE gets a line for each
event of the DAMAGE extension: the ms between that time and now.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import xcffib.damage
from numpy.typing import NDArray

from moof.bridge import bridge, xwd
from moof.bridge.x_display import XDisplay
from moof.cli import main

FRAMEBUFFERS: list[NDArray[np.uint32]] = []
AGES_MS: list[float] = []


class NoticingDisplay(XDisplay):
    """Keeps the age of what was drawn when its event is handled."""

    def _handle(self, event: Any) -> None:
        super()._handle(event)
        place = self.picture()
        if isinstance(event, xcffib.damage.NotifyEvent) and not place.is_empty and FRAMEBUFFERS:
            row = FRAMEBUFFERS[0][place.y + 4, place.x + 4 : place.x + 256 : 8]
            drawn = sum(1 << bit for bit, lit in enumerate(row >> 8 & 0xFF > 127) if lit)
            AGES_MS.append(((time.time_ns() // 1000 - drawn) & 0xFFFFFFFF) / 1000)


def map_and_keep(path: Path) -> NDArray[np.uint32]:
    """Map a framebuffer, and keep it."""
    FRAMEBUFFERS.append(xwd.map_framebuffer(path))
    return FRAMEBUFFERS[0]


if __name__ == "__main__":
    output = Path(sys.argv.pop(1))
    vars(bridge).update(XDisplay=NoticingDisplay, map_framebuffer=map_and_keep)
    try:
        main()
    finally:
        output.write_text("".join(f"{age}\n" for age in AGES_MS))

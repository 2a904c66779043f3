"""Tries recipes whose emulators are too large for each test run: `python packaging/try_emulators.py`.

ScummVM (apt install scummvm: 150 MB) shows its launcher, opens a stream of sound, and ends by its button.
"""

import contextlib
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from moof.ipc import IpcError, Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until

ORANGE = 0xCD6500
QUIT = (0.88, 0.875)
"""The middle of the launcher's button, in parts of the window."""


def picture_has(bridge: BridgeProcess, colour: int, share: float) -> bool:
    """Return whether that share of the picture has the colour 0xRRGGBB."""
    return bridge.latest() is not None and float(np.mean(bridge.pixels() & 0xFFFFFF == colour)) >= share


def try_scummvm(folder: Path) -> None:
    """Start the launcher and quit it by a click."""
    arguments = (f"--config={folder / 'scummvm.ini'}",)
    with running_bridge(folder, options=("--emulator", "scummvm"), program=arguments) as bridge:
        wait_until(lambda: picture_has(bridge, ORANGE, 0.2), "the launcher")
        print("ScummVM: the launcher,", bridge.pixels().shape[::-1])
        height, width = bridge.pixels().shape
        x, y = round(QUIT[0] * width), round(QUIT[1] * height)
        steps = itertools.cycle((0, 1, 1, 0))  # the launcher ignores a click that is too short

        def ended() -> bool:
            if bridge.process.poll() is None:
                with contextlib.suppress(IpcError):
                    bridge.send(Mouse(x, y, next(steps), absolute=True))
            return bridge.process.poll() is not None

        wait_until(ended, "its end after a click on Quit", poll_seconds=0.1)
        print(f"ScummVM: ended by its button, status {bridge.process.returncode}")
        print("ScummVM: sound", [line for line in bridge.errors if "A stream of" in line][-1].strip())


def main() -> None:
    """Try all of them."""
    with tempfile.TemporaryDirectory() as folder:
        try_scummvm(Path(folder))


if __name__ == "__main__":
    main()

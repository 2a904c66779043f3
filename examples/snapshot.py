"""A server that only reads: saves the newest picture of a running emulator as a PNG.

    python examples/snapshot.py FILE.png [PID]

An emulator serves one server at a time, so this one waits while another is connected.
"""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

from moof.ipc import EmulatorConnection, IpcError, PixelFormat, find_emulators

CONNECT_SECONDS = 5.0


def snapshot(pid: int) -> Image.Image:
    """Return the picture that emulator `pid` shows now.

    Raises:
        IpcError: the emulator cannot be reached, or has not shown a picture.
    """
    with EmulatorConnection.connect(pid, timeout=CONNECT_SECONDS) as connection:
        while True:
            frame = connection.frames.current()
            if frame is None:
                raise IpcError(f"emulator {pid} has not shown a picture yet")
            pixels = frame.pixels.copy()
            if connection.frames.still_valid(frame):  # the emulator did not overwrite it meanwhile
                break
    bgr = slice(2, None, -1) if frame.pixel_format is PixelFormat.BGRA else slice(1, 4)
    return Image.fromarray(np.ascontiguousarray(pixels[..., bgr]))


def main() -> None:
    """Save a snapshot, or print why not."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    pids = [int(sys.argv[2])] if len(sys.argv) > 2 else [found.pid for found in find_emulators()]
    if not pids:
        sys.exit("No emulator is running. Start one with: moof emulator")
    try:
        snapshot(pids[0]).save(sys.argv[1])
    except IpcError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

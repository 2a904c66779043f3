"""Performs a capture: sets the trigger, waits, clears the trigger, collects the files."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from moof.ipc import IpcError, Segment, capture_path, find_emulators

LAYERS: Final = {
    "mac": "what the Mac wrote into the ring",
    "server": "what the server read from the ring",
    "encoded": "what the server encoded, at 48 kHz",
    "page": "what a page played",
}
_FILES_TIMEOUT: Final = 3.0
"""Seconds in which layers write their files and pages send theirs."""
_QUIET: Final = 0.5


class CaptureError(Exception):
    """The capture failed; the text says why, and what to do."""


def gather(pid: int | None, seconds: float, folder: Path, wait: Callable[[float], None]) -> list[Path]:
    """Capture the sound of an emulator (None: the newest) into `folder`; return the files, in layers' order.

    `wait` sleeps, and may raise: the trigger is cleared in any case. Raises CaptureError.
    """
    with _segment(pid) as segment:
        source = capture_path(segment.pid)
        try:
            source.mkdir(mode=0o700)
        except FileExistsError as error:
            raise CaptureError(
                f"{source} exists: another capture is running, or one was interrupted (then remove it)."
            ) from error
        try:
            segment.write("capture_trigger", 1)
            try:
                wait(seconds)
            finally:
                segment.write("capture_trigger", 0)
            _wait_for_files(source)
            return _collect(source, folder)
        finally:
            shutil.rmtree(source, ignore_errors=True)


@contextmanager
def _segment(pid: int | None) -> Iterator[Segment]:
    if pid is None:
        found = find_emulators()
        if not found:
            raise CaptureError("No emulator is running. Start one: moof run.")
        pid = found[0].pid
    try:
        with Segment.open(pid) as segment:
            yield segment
    except IpcError as error:
        raise CaptureError(f"Emulator {pid} cannot be captured: {error}.") from error


def _wait_for_files(source: Path) -> None:
    """Return when no new file has appeared for a while, or after the timeout."""
    end = time.monotonic() + _FILES_TIMEOUT
    seen: set[str] = set()
    quiet_since = time.monotonic()
    while time.monotonic() < end:
        now = {file.name for file in source.iterdir()}
        if now != seen:
            seen, quiet_since = now, time.monotonic()
        unfinished = any(name.endswith(".part") for name in now)
        if now and not unfinished and time.monotonic() - quiet_since > 2 * _QUIET:
            return
        time.sleep(_QUIET / 10)


def _collect(source: Path, folder: Path) -> list[Path]:
    order = list(LAYERS)
    files = sorted(
        (file for file in source.glob("*.wav") if file.stem.split("-")[0] in LAYERS),
        key=lambda file: (order.index(file.stem.split("-")[0]), file.name),
    )
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.move(file, folder / file.name)) for file in files]

"""Records the sound that passes a layer while a capture runs, and writes it to WAV files."""

from __future__ import annotations

import logging
import os
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.capture.wavfile import write_wav
from moof.ipc import Segment, SegmentError, capture_path
from moof.media.pcm import from_s16be, to_s16be

LOG: Final = logging.getLogger(__name__)

LIMIT_BYTES: Final = 24_000_000
"""Most bytes of one layer's recording: two minutes of 48 kHz stereo. Later sound is not recorded."""
_LOOK_SECONDS: Final = 0.05


class Tap:
    """Records one layer; for one thread. Its cost is negligible while no capture runs.

    A capture ends when the trigger is cleared or the emulator ends; its files are written by the thread
    "capture-LAYER", so that the sound does not wait for a disk.
    """

    def __init__(self, layer: str) -> None:
        self._layer = layer
        self._recorder: Recorder | None = None

    def watch(self, segment: Segment) -> None:
        """Read the trigger, and start or end a recording accordingly."""
        try:
            wanted = segment.read("capture_trigger") == 1
        except SegmentError:
            wanted = False
        if not wanted:
            self._recorder = None
        elif self._recorder is None:
            self._recorder = Recorder(self._layer, segment)
            self._recorder.start()

    def take(self, rate: int, channels: int, sound: bytes | NDArray[np.int16]) -> None:
        """Record sound: the contract's 16-bit big-endian bytes, or native int16 (n, channels)."""
        if self._recorder is not None:
            self._recorder.add(rate, channels, sound if isinstance(sound, bytes) else to_s16be(sound))


@dataclass(slots=True)
class _Part:
    """Sound of one format; a change of format begins another part, which becomes another file."""

    rate: int
    channels: int
    data: bytearray = field(default_factory=bytearray)


class Recorder:
    """One capture of one layer, from setting the trigger to clearing it."""

    def __init__(self, layer: str, segment: Segment) -> None:
        self._layer = layer
        self._segment = segment
        self._folder = capture_path(segment.pid)
        self._lock = threading.Lock()
        self._parts: list[_Part] = []
        self._remaining = LIMIT_BYTES
        self._look = threading.Event()

    def start(self) -> None:
        """Start the thread that waits for the end of the capture and writes the files."""
        threading.Thread(target=self._finish, name=f"capture-{self._layer}", daemon=True).start()

    def add(self, rate: int, channels: int, data_be: bytes) -> None:
        """Record a block, unless the limit is reached."""
        with self._lock:
            if len(data_be) > self._remaining:
                return
            self._remaining -= len(data_be)
            if not self._parts or (self._parts[-1].rate, self._parts[-1].channels) != (rate, channels):
                self._parts.append(_Part(rate, channels))
            self._parts[-1].data += data_be

    def _finish(self) -> None:
        while self._is_wanted():
            self._look.wait(_LOOK_SECONDS)
        with self._lock:
            parts, self._parts, self._remaining = self._parts, [], 0
        try:
            for number, part in enumerate(parts, start=1):
                self._write(part, self._layer if number == 1 else f"{self._layer}-{number}")
        except OSError as error:
            LOG.warning("What %s captured could not be written: %s", self._layer, error)

    def _is_wanted(self) -> bool:
        try:
            return self._segment.read("capture_trigger") == 1
        except SegmentError:
            return False

    def _write(self, part: _Part, name: str) -> None:
        if is_capture_folder(self._folder):
            samples = from_s16be(bytes(part.data), part.channels)
            write_wav(self._folder / f"{name}.wav", part.rate, samples)


def is_capture_folder(folder: Path) -> bool:
    """Return whether this is a real folder of this user that no other may write into: /tmp is shared."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077

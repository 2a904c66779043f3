"""What a layer of the sound's way does while somebody captures: it keeps what passes, and writes it down."""

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

from moof.ipc import Segment, SegmentError, capture_path
from moof.media.pcm import from_s16be, to_s16be

from .wavfile import write_wav

log = logging.getLogger(__name__)

LIMIT_BYTES: Final = 24_000_000
"""Of one layer's recording: two minutes of 48 kHz stereo. What comes then is not kept."""
_LOOK_SECONDS: Final = 0.05


class Tap:
    """One layer's ear; for one thread. It costs next to nothing while nobody captures.

    A capture that was begun ends when the trigger is taken back or the emulator ends; its files are written
    by a thread of their own, "capture-LAYER", so that the sound does not wait for a disk.
    """

    def __init__(self, layer: str) -> None:
        self._layer = layer
        self._recorder: Recorder | None = None

    def watch(self, segment: Segment) -> None:
        """Look at the trigger, and begin or end accordingly."""
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
        """Keep sound that passes: the contract's 16-bit big-endian bytes, or native int16 (n, channels)."""
        if self._recorder is not None:
            self._recorder.add(rate, channels, sound if isinstance(sound, bytes) else to_s16be(sound))


@dataclass(slots=True)
class _Part:
    """Sound of one format; another format begins another part, and becomes another file."""

    rate: int
    channels: int
    data: bytearray = field(default_factory=bytearray)


class Recorder:
    """One capture of one layer, from the trigger's rise to its fall."""

    def __init__(self, layer: str, segment: Segment) -> None:
        self._layer = layer
        self._segment = segment
        self._folder = capture_path(segment.pid)
        self._lock = threading.Lock()
        self._parts: list[_Part] = []
        self._room = LIMIT_BYTES
        self._look = threading.Event()

    def start(self) -> None:
        """Wait in the background for the end of the capture."""
        threading.Thread(target=self._finish, name=f"capture-{self._layer}", daemon=True).start()

    def add(self, rate: int, channels: int, data_be: bytes) -> None:
        """Keep a block, if there is room for it."""
        with self._lock:
            if len(data_be) > self._room:
                return
            self._room -= len(data_be)
            if not self._parts or (self._parts[-1].rate, self._parts[-1].channels) != (rate, channels):
                self._parts.append(_Part(rate, channels))
            self._parts[-1].data += data_be

    def _finish(self) -> None:
        while self._is_wanted():
            self._look.wait(_LOOK_SECONDS)
        with self._lock:
            parts, self._parts, self._room = self._parts, [], 0
        try:
            for number, part in enumerate(parts, start=1):
                self._write(part, self._layer if number == 1 else f"{self._layer}-{number}")
        except OSError as error:
            log.warning("what %s captured could not be written: %s", self._layer, error)

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
    """True for a real folder of ours that nobody else can write into: /tmp is everybody's."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077

"""The emulator's answers to the sound clock's questions."""

import select
import time
from typing import Final

from moof.ipc import AudioRequest, EmulatorConnection, SegmentError

from .playout import Playout
from .responsetimes import ResponseTimes
from .soundclock import PACKET_SAMPLES, SoundClock
from .source import EmulatorSource

_NONSENSE_LIMIT: Final = 50
"""Answers in a row that make no sense before the emulator is given up: a second."""


class Answers:
    """Asks the emulator for sound and collects its answers. For one thread.

    Existing emulators never signal the audio descriptor: until it has been seen to work, the ring is looked
    at every millisecond as well.
    """

    def __init__(self, source: EmulatorSource) -> None:
        self._source = source
        self._signalling_pid: int | None = None
        self._nonsense = 0
        self.times = ResponseTimes()

    def fetch(self, connection: EmulatorConnection, playout: Playout, clock: SoundClock) -> None:
        """Ask for one packet's sound and wait for the answer until it is no use any more."""
        try:
            self._collect(connection, playout)  # the late answer to an earlier question
            asked = time.monotonic()
            if self._source.send(AudioRequest(PACKET_SAMPLES)):
                self._await_answer(connection, playout, asked, clock.give_up_at(asked))
        except SegmentError as error:
            self._nonsense += 1
            if self._nonsense >= _NONSENSE_LIMIT:
                self._nonsense = 0
                self._source.drop(connection, str(error))
        else:
            self._nonsense = 0

    def _await_answer(
        self, connection: EmulatorConnection, playout: Playout, asked: float, give_up_at: float
    ) -> None:
        while not self._collect(connection, playout):
            seconds = give_up_at - time.monotonic()
            if seconds <= 0:
                return
            self._wait(connection, seconds, playout.playing)
        self.times.note(time.monotonic() - asked)

    def _collect(self, connection: EmulatorConnection, playout: Playout) -> bool:
        """Hand every frame in the ring to the playout; True if there was one."""
        found = False
        while (frame := connection.audio.read()) is not None:
            playout.answer(frame)
            found = True
        return found

    def _wait(self, connection: EmulatorConnection, seconds: float, playing: bool) -> None:
        """Wait for the audio descriptor, or a millisecond if that is unreliable and something plays."""
        look_often = playing and self._signalling_pid != connection.pid
        milliseconds = 1.0 if look_often else seconds * 1000
        poll = select.poll()
        if connection.audio_fd is not None:
            poll.register(connection.audio_fd, select.POLLIN)
        if poll.poll(milliseconds):
            self._signalling_pid = connection.pid

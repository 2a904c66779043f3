"""The emulator's answers to the sound clock's questions."""

import select
from typing import Final

from moof.capture.tap import Tap
from moof.ipc import AudioRequest, EmulatorConnection, SegmentError
from moof.server.emulator.link import EmulatorLink

from .framer import AudioFramer
from .latency_window import LatencyWindow
from .monotonic_clock import MonotonicClock
from .packet_clock import PacketClock

_NONSENSE_LIMIT: Final = 50
"""Answers in a row that make no sense before the emulator is given up: a second."""
_LATE: Final = 0.5
"""What comes after that is no answer to the last question."""


class AudioPuller:
    """Asks the emulator for sound and collects its puller. For one thread.

    Existing emulators never signal the audio descriptor: until it has been seen to work, the ring is looked
    at every millisecond as well.
    """

    def __init__(self, source: EmulatorLink, monotonic: MonotonicClock) -> None:
        self._source = source
        self._monotonic = monotonic
        self._signalling_pid: int | None = None
        self._nonsense = 0
        self._tap = Tap("server")
        self._request_at = 0.0
        self._asked: float | None = None
        """When the question was put that has no answer yet."""
        self.times = LatencyWindow()
        """From question to answer."""
        self.reply_times = LatencyWindow()
        """From when the clock wanted the question to be put: being woken late counts as well."""

    def fetch(self, connection: EmulatorConnection, framer: AudioFramer, clock: PacketClock) -> None:
        """See that the framer has a packet's sound; wait for it until it is no use any more.

        Each packet is asked for once at most. What a late answer or a long one left is used up first. A Mac
        that plays nothing is asked, too, but its answer is looked for when the next packet is: that costs
        nearly nothing, and sound begins with the next packet all the same.
        """
        self._tap.watch(connection.segment)
        try:
            self._collect(connection, framer)
            if not framer.has_packet:
                self._ask(connection, framer, clock)
        except SegmentError as error:
            self._nonsense += 1
            if self._nonsense >= _NONSENSE_LIMIT:
                self._nonsense = 0
                self._source.back_off(connection, str(error))
        else:
            self._nonsense = 0

    def _ask(self, connection: EmulatorConnection, framer: AudioFramer, clock: PacketClock) -> None:
        asked = self._monotonic.now()
        if not self._source.send(AudioRequest(clock.packet_samples)):
            return
        if not framer.playing:
            return
        self._request_at, self._asked = clock.request_at, asked
        deadline_for_answer = clock.deadline_for_answer(asked)
        while not self._collect(connection, framer) or not framer.has_packet:
            seconds = deadline_for_answer - self._monotonic.now()
            if seconds <= 0:
                return
            self._wait(connection, seconds, framer.playing)

    def _collect(self, connection: EmulatorConnection, framer: AudioFramer) -> bool:
        """Hand every frame in the ring to the framer; True if there was one."""
        found = False
        while (frame := connection.audio.read()) is not None:
            self._note_answer()
            self._tap.take(frame.sample_rate, frame.channels, frame.data)
            framer.push(frame)
            found = True
        return found

    def _note_answer(self) -> None:
        now = self._monotonic.now()
        if self._asked is not None and now - self._asked < _LATE:
            self.times.note(now - self._asked)
            self.reply_times.note(now - self._request_at)
        self._asked = None

    def _wait(self, connection: EmulatorConnection, seconds: float, playing: bool) -> None:
        """Wait for the audio descriptor, or a millisecond if that is unreliable and something plays."""
        look_often = playing and self._signalling_pid != connection.pid
        milliseconds = 1.0 if look_often else seconds * 1000
        poll = select.poll()
        if connection.audio_fd is not None:
            poll.register(connection.audio_fd, select.POLLIN)
        if poll.poll(milliseconds):
            self._signalling_pid = connection.pid

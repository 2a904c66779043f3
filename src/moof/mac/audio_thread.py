"""The "audio" thread: answers the server's requests for audio; it has no clock of its own."""

import logging
import time
from typing import Final, Protocol

from moof.capture.tap import Tap
from moof.ipc import AudioRingWriter, State
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)

ANSWER_TIMEOUT: Final = 0.015  # seconds; the next request comes 20 ms after this one


class AudioRequestHandler(Protocol):
    """Takes the server's requests for audio."""

    def request(self, samples: int) -> None:
        """Request what `samples` last at 48 kHz; any thread may call this, and it returns at once."""


class AudioThread(MacThread, AudioRequestHandler):
    """Answers requests with samples in the audio ring.

    One request is served at a time and at most one waits: of several that arrive meanwhile only the newest is
    served, because the server has given up the others. While `cpu_thread` is not in the state RUNNING,
    requests are not answered, as if the guest had no source open.
    """

    def __init__(
        self,
        board: Board,
        ring: AudioRingWriter,
        cpu_thread: CpuThread,
        listener: ThreadListener,
    ) -> None:
        super().__init__("audio", listener)
        self._board = board
        self._ring = ring
        self._cpu_thread = cpu_thread
        self._samples = 0
        self._tap = Tap("mac")

    def request(self, samples: int) -> None:
        """Request what `samples` last at 48 kHz; replaces a request that waits."""
        self._samples = samples
        self.wakeup.set()

    def run(self) -> None:
        """Serve requests until the thread ends."""
        self.wakeup.wait()
        while not self.ending:
            if self._cpu_thread.state is State.RUNNING:
                self._answer(self._samples)
            self.wakeup.wait()

    def _answer(self, samples: int) -> None:
        board = self._board
        board.audio_done.wait(0)  # drop the signal of an answer that came after its request was given up
        if not board.request_audio(samples):
            return
        if not board.audio_done.wait(ANSWER_TIMEOUT):
            board.audio.abandon()
            LOG.debug("The guest did not deliver samples in time.")
            return
        answer = board.audio.take_answer()
        if answer is None:
            return
        now_us = time.time_ns() // 1000
        self._tap.watch(self._ring.segment)
        self._tap.take(answer.rate, answer.channels, answer.data)
        if not self._ring.write(answer.rate, answer.channels, answer.frames, answer.data, now_us):
            LOG.debug("The audio ring is full; a frame is dropped.")

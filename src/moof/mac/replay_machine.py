"""A Mac as a process that plays a recording for whoever watches, and takes no input."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from moof.extension import Capability, ExtensionEnd, ExtensionMessage
from moof.ipc import EmulatorEnd, Key, Message, Mouse, MouseLatency, PingEchoes
from moof.mac.audio_thread import AudioThread
from moof.mac.control_thread import ControlThread
from moof.mac.extension_thread import ExtensionThread, ReadKeysReporter
from moof.mac.input_replay import Replay, ReplayDisk
from moof.mac.machine import prepare
from moof.mac.machine_threads import MachineThreads, make_end, make_extension_end, signals
from moof.mac.recording import read_recording_file
from moof.mac.replay_thread import ReplayThread
from moof.mac.threads import BinarySemaphore
from moof.mac.video_refresh import FrameComposer, VideoRefresh

CAPABILITIES: Final = frozenset(
    {Capability.SOUND_SOURCE, Capability.EXACT_DIRTY, Capability.EXACT_SOUND, Capability.KEYS_READ}
)
"""Those without which a server would wait for something, or look at the whole picture."""


class _ReplayControl(ControlThread):
    """Serves a server, and drops its keys and mouse."""

    def receive(self, message: Message) -> None:
        """Handle one message; never blocks."""
        if not isinstance(message, Key | Mouse):
            super().receive(message)


class _ReplayExtension(ExtensionThread):
    """Reports to a server, and drops what it asks."""

    def extension_message(self, message: ExtensionMessage) -> None:
        """Do nothing (ExtensionReceiver)."""


class ReplayMachine(MachineThreads):
    """A recording with its threads, and the emulator's ends of both sockets; the caller closes them."""

    def __init__(
        self,
        replay: Replay,
        end: EmulatorEnd,
        extension: ExtensionEnd,
        finished: BinarySemaphore,
        *,
        repeat: bool,
    ) -> None:
        super().__init__(end, finished)
        board = replay.mac.board
        latency, pings = MouseLatency(time.time_ns() // 1_000_000), PingEchoes()
        playing = ReplayThread(replay, self, repeat=repeat)
        keys = ReadKeysReporter(board.adb, extension)
        audio = AudioThread(board, end.audio, playing, self)
        composer = FrameComposer(board, end.frames, pings)
        self._threads = (
            playing,
            VideoRefresh(composer, end.segment, latency, board.activity, self),
            audio,
            _ReplayExtension(extension, board, self),
            _ReplayControl(end, board, playing, audio, pings, latency, keys, self),
        )


def run(
    recording: Path, documents: Path | None, on_ready: Callable[[str], None], *, repeat: bool = False
) -> int:
    """Play the recording in a file until SIGTERM or SIGINT; return the process's exit status.

    `documents` is the folder that is the disk; it is changed. Raises MacError.
    """
    with ExitStack() as cleanup:
        disk = ReplayDisk(documents) if documents is not None else None
        replay = Replay(read_recording_file(recording), disk)
        cleanup.callback(replay.close)
        prepare()
        finished = BinarySemaphore()
        cleanup.enter_context(signals(finished.set))
        extension = cleanup.enter_context(make_extension_end(CAPABILITIES))
        end = cleanup.enter_context(make_end())
        return ReplayMachine(replay, end, extension, finished, repeat=repeat).run(on_ready)

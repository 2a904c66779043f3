"""The Mac as a process: the board, its threads and the emulator's end of IPC v4.

    68k             runs the CPU                       control-socket  receives the server's messages
    video-refresh   publishes frames, 60 a second      audio           answers requests for audio
    tick            60.15 interrupts a second          xpram           saves the settings
    extension       serves the extension socket        disk            does what the guest asks of its disk
    states          saves the Mac every minute and at the end
    recorder        writes what reaches the Mac to a file, if that is wanted

The main thread waits for the guest's POWER request, a signal, or a thread that failed.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from moof.extension import ExtensionEnd
from moof.ipc import (
    EmulatorEnd,
    MouseLatency,
    PingEchoes,
    State,
    busguard,
)
from moof.mac.audio_thread import AudioThread
from moof.mac.board import Board, ModeOverrides
from moof.mac.control_thread import ControlThread
from moof.mac.cpu_thread import CpuThread
from moof.mac.disk_thread import DiskThread
from moof.mac.documents_folder import DocumentsFolder, default_documents, first_documents
from moof.mac.errors import MacError
from moof.mac.extension_thread import (
    CAPABILITIES,
    STATE_CAPABILITIES,
    ExtensionThread,
    ReadKeysReporter,
)
from moof.mac.input_recorder import InputRecorder
from moof.mac.machine_state import MachineState
from moof.mac.machine_threads import MachineThreads, make_end, make_extension_end, signals
from moof.mac.rom import free_rom, read_rom
from moof.mac.sdl_audio import SdlAudioThread
from moof.mac.state_thread import StateThread
from moof.mac.threads import BinarySemaphore
from moof.mac.ticker import Ticker
from moof.mac.video_refresh import FrameComposer, VideoRefresh
from moof.mac.xpram import Xpram, default_path
from moof.mac.xpram_saver import XpramSaver
from moof.media.kernel import KERNELS
from moof.states.state_shelf import default_states

LOG: Final = logging.getLogger(__name__)


class AudioOutput(Enum):
    """The clock by which samples are requested."""

    CONTRACT = "contract"
    """The server's clock, through IPC v4."""
    SDL = "sdl"
    """The clock of a sound card of this computer, through SDL."""


@dataclass(frozen=True, slots=True)
class MacOptions:
    """The options of a Mac.

    `rom`: a file, None for Moof's own. `xpram`: a file, None for the user's, "none" to keep no settings.
    `documents`: the folder that is the Mac's disk, None for the user's, "none" for no disk. Width, height and
    depth override the XPRAM's when the Mac starts anew. `states`: the folder of states, "none" to save none,
    None for the user's, or for none beside another XPRAM than the user's. The Mac goes on where it was unless
    `fresh` is set. `record`: a new file for what reaches the Mac, from its start on. `audio`: the output.
    `on_ready` is called with the line that says how to connect.
    """

    rom: Path | None = None
    ram_mb: int = 8
    xpram: Path | str | None = None
    memory_file: Path | None = None
    width: int | None = None
    height: int | None = None
    depth: int | None = None
    audio: AudioOutput = AudioOutput.CONTRACT
    documents: Path | str | None = None
    states: Path | str | None = None
    fresh: bool = False
    record: Path | None = None
    on_ready: Callable[[str], None] = lambda line: None


def prepare() -> None:
    """Load the pixel kernels and install the guard against servers that truncate the segment.

    The kernels are compiled when they are loaded for the first time, which would delay the first frame. `run`
    calls this; a Mac that is started with --standby calls it in advance.
    """
    busguard.install()
    for kernel in KERNELS:
        kernel.compile()


def run(options: MacOptions) -> int:
    """Run a Mac until it is switched off or signalled; return the process's exit status.

    0: switched off, SIGTERM or SIGINT. 75: the guest requests a restart. 1: a thread failed (see the log).
    Raises MacError if the Mac cannot start.
    """
    with ExitStack() as cleanup:
        board = _make_board(options)
        cleanup.callback(board.close)
        prepare()
        finished = BinarySemaphore()
        # Before anything exists that a signal would leave behind.
        cleanup.enter_context(signals(finished.set))
        states = _make_states(options, board)
        # Before `end`, by which servers find it.
        capabilities = CAPABILITIES | (STATE_CAPABILITIES if states is not None else set())
        extension = cleanup.enter_context(make_extension_end(capabilities))
        end = cleanup.enter_context(make_end())
        first = states.first_state(options.fresh) if states is not None else None
        machine = Machine(board, end, extension, finished, options.audio, states, first, options.record)
        return machine.run(options.on_ready)


class Machine(MachineThreads):
    """The board with its threads, and the emulator's ends of both sockets; the caller closes them.

    Setting `finished` ends `run`.
    """

    def __init__(
        self,
        board: Board,
        end: EmulatorEnd,
        extension: ExtensionEnd,
        finished: BinarySemaphore,
        audio: AudioOutput = AudioOutput.CONTRACT,
        states: StateThread | None = None,
        first: MachineState | None = None,
        record: Path | None = None,
    ) -> None:
        """Raises RecordingError if there can be no file `record`."""
        super().__init__(end, finished)
        self._states = states
        latency = MouseLatency(time.time_ns() // 1_000_000)
        pings = PingEchoes()
        composer = FrameComposer(board, end.frames, pings)
        recorder = InputRecorder(record, board, self) if record is not None else None
        self._cpu_thread = CpuThread(board, self, first, recorder)
        if states is not None:
            states.attach(self._cpu_thread, self)
        self._ticker = Ticker(board.interrupts, board.activity, self)
        keys = ReadKeysReporter(board.adb, extension)
        board.adb.add_key_listener(keys)
        audio_thread = self._make_audio_thread(audio, board, end)
        self._threads = (
            XpramSaver(board.xpram, self),
            *((recorder,) if recorder is not None else ()),  # ends after those that reach the Mac
            *((states,) if states is not None else ()),  # ends after the 68k's thread, to save what that left
            DiskThread(board.disk, self),
            self._ticker,
            self._cpu_thread,
            VideoRefresh(composer, end.segment, latency, board.activity, self),
            audio_thread,
            ExtensionThread(extension, board, self, states),
            ControlThread(end, board, self._cpu_thread, audio_thread, pings, latency, keys, self),
        )

    def thread_failed(self) -> None:
        """End `run` with status 1, and save nothing (ThreadListener)."""
        if self._states is not None:
            self._states.failed = True
        super().thread_failed()

    def state_entered(self, state: State) -> None:
        """Store the state in the segment, and start or stop the Mac's time (CpuListener)."""
        super().state_entered(state)
        self._ticker.set_running(state is State.RUNNING)

    def _make_audio_thread(
        self, audio: AudioOutput, board: Board, end: EmulatorEnd
    ) -> AudioThread | SdlAudioThread:
        if audio is AudioOutput.CONTRACT:
            return AudioThread(board, end.audio, self._cpu_thread, self)
        return SdlAudioThread(board, self._cpu_thread, self)


def _make_board(options: MacOptions) -> Board:
    rom = read_rom(options.rom) if options.rom else free_rom()
    xpram = Xpram(_xpram_path(options.xpram))
    documents = _make_documents(options.documents)
    overrides = ModeOverrides(options.width, options.height, options.depth)
    return Board(rom, options.ram_mb, xpram, options.memory_file, overrides, documents=documents)


def _xpram_path(choice: Path | str | None) -> Path | None:
    if choice is None:
        return default_path()
    return None if choice == "none" else Path(choice)


def _make_states(options: MacOptions, board: Board) -> StateThread | None:
    choice = options.states
    if choice == "none" or (choice is None and options.xpram is not None):
        return None
    return StateThread(Path(choice) if choice is not None else default_states(), board)


def _make_documents(choice: Path | str | None) -> DocumentsFolder | None:
    if choice == "none":
        return None
    folder = DocumentsFolder(Path(choice) if choice is not None else default_documents())
    try:
        folder.prepare(first_documents())
    except MacError as error:
        if choice is not None:
            raise
        LOG.warning("%s The Mac has no disk.", error)
        return None
    return folder

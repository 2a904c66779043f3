"""The Mac as a process: the board, its threads and the emulator's end of IPC v4.

    68k             runs the CPU                       control-socket  receives the server's messages
    video-refresh   publishes frames, 60 a second      audio           answers requests for audio
    tick            60.15 interrupts a second          xpram           saves the settings
    extension       serves the extension socket        disk            does what the guest asks of its disk
    states          saves the Mac every minute and at the end

The main thread waits for the guest's POWER request, a signal, or a thread that failed.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Final

from moof.extension import Capability, ExtensionEnd, ExtensionError
from moof.ipc import (
    EXIT_STATUS_FAILED,
    EXIT_STATUS_OK,
    EXIT_STATUS_RESTART,
    EmulatorEnd,
    IpcError,
    MouseLatency,
    PingEchoes,
    State,
    busguard,
)
from moof.mac.audio_thread import AudioThread
from moof.mac.board import Board, ModeOverrides
from moof.mac.control_thread import ControlThread
from moof.mac.cpu_thread import CpuListener, CpuThread
from moof.mac.disk_thread import DiskThread
from moof.mac.documents_folder import DocumentsFolder, default_documents, first_documents
from moof.mac.emulops import PowerRequest
from moof.mac.errors import MacError
from moof.mac.extension_thread import CAPABILITIES, ExtensionThread, ReadKeysReporter
from moof.mac.machine_state import MachineState
from moof.mac.rom import free_rom, read_rom
from moof.mac.sdl_audio import SdlAudioThread
from moof.mac.state_thread import StateThread
from moof.mac.threads import BinarySemaphore, MacThread
from moof.mac.ticker import Ticker
from moof.mac.video_refresh import FrameComposer, VideoRefresh
from moof.mac.xpram import Xpram, default_path
from moof.mac.xpram_saver import XpramSaver
from moof.media.kernel import KERNELS
from moof.process import prepare_for_sound
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
    `fresh` is set. `audio`: the output. `on_ready` is called with the line that says how to connect.
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
        cleanup.enter_context(_signals(finished.set))
        states = _make_states(options, board)
        # Before `end`, by which servers find it.
        extension = cleanup.enter_context(_make_extension_end(states is not None))
        end = cleanup.enter_context(_make_end())
        first = states.first_state(options.fresh) if states is not None else None
        machine = Machine(board, end, extension, finished, options.audio, states, first)
        return machine.run(options.on_ready)


class Machine(CpuListener):
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
    ) -> None:
        self._end = end
        self._states = states
        self._status = EXIT_STATUS_OK
        self._finished = finished
        latency = MouseLatency(time.time_ns() // 1_000_000)
        pings = PingEchoes()
        composer = FrameComposer(board, end.frames, pings)
        self._cpu_thread = CpuThread(board, self, first)
        if states is not None:
            states.attach(self._cpu_thread, self)
        self._ticker = Ticker(board.interrupts, board.activity, self)
        keys = ReadKeysReporter(board.adb, extension)
        board.adb.add_key_listener(keys)
        audio_thread = self._make_audio_thread(audio, board, end)
        self._threads: tuple[MacThread, ...] = (
            XpramSaver(board.xpram, self),
            *((states,) if states is not None else ()),  # ends after the 68k's thread, to save what that left
            DiskThread(board.disk, self),
            self._ticker,
            self._cpu_thread,
            VideoRefresh(composer, end.segment, latency, board.activity, self),
            audio_thread,
            ExtensionThread(extension, board, self, states),
            ControlThread(end, board, self._cpu_thread, audio_thread, pings, latency, keys, self),
        )

    def run(self, on_ready: Callable[[str], None]) -> int:
        """Start the threads, wait for `finished`, stop the threads; return the exit status."""
        prepare_for_sound()
        try:
            for thread in self._threads:
                thread.start()
            on_ready(self._end.ready_line())
            self._finished.wait()
        finally:
            for thread in reversed(self._threads):
                thread.stop()
        return self._status

    def thread_failed(self) -> None:
        """End `run` with status 1 (ThreadListener)."""
        if self._states is not None:
            self._states.failed = True
        self._finish(EXIT_STATUS_FAILED)

    def power_requested(self, request: PowerRequest) -> None:
        """End `run` with the status that the guest's request stands for (CpuListener)."""
        LOG.info("The guest requests: %s.", request.name.lower().replace("_", " "))
        self._finish(EXIT_STATUS_RESTART if request is PowerRequest.RESTART else EXIT_STATUS_OK)

    def state_entered(self, state: State) -> None:
        """Store the state in the segment, and start or stop the Mac's time (CpuListener)."""
        LOG.info("The Mac is %s.", state.name.lower())
        self._end.segment.state = state
        self._ticker.set_running(state is State.RUNNING)

    def _make_audio_thread(
        self, audio: AudioOutput, board: Board, end: EmulatorEnd
    ) -> AudioThread | SdlAudioThread:
        if audio is AudioOutput.CONTRACT:
            return AudioThread(board, end.audio, self._cpu_thread, self)
        return SdlAudioThread(board, self._cpu_thread, self)

    def _finish(self, status: int) -> None:
        """End `run` with this status, or with an earlier one other than 0."""
        self._status = self._status or status
        self._finished.set()


def _make_board(options: MacOptions) -> Board:
    rom = read_rom(options.rom) if options.rom else free_rom()
    xpram = Xpram(_xpram_path(options.xpram))
    documents = _make_documents(options.documents)
    overrides = ModeOverrides(options.width, options.height, options.depth)
    return Board(rom, options.ram_mb, xpram, options.memory_file, overrides, documents=documents)


def _make_end() -> EmulatorEnd:
    try:
        return EmulatorEnd.create()
    except IpcError as error:
        raise MacError(f"The Mac cannot offer IPC v4: {error}.") from error


def _make_extension_end(has_states: bool) -> ExtensionEnd:
    try:
        return ExtensionEnd.create(CAPABILITIES | ({Capability.STATES} if has_states else set()))
    except ExtensionError as error:
        raise MacError(f"The Mac cannot offer the extension socket: {error}.") from error


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


@contextmanager
def _signals(finish: Callable[[], None]) -> Iterator[None]:
    """Call `finish` on SIGTERM and SIGINT; only the main thread can set handlers, others do nothing here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        finish()

    previous = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

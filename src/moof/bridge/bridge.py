"""Runs one program on a private display and sound server, as an emulator of IPC v4."""

import asyncio
import logging
import signal
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.bridge.bridge_options import BridgeOptions
from moof.bridge.errors import BridgeError, DisplayError
from moof.bridge.extension_receiver import (
    CAPABILITIES,
    ExtensionListener,
    MergingReceiver,
    SoundSourceReporter,
)
from moof.bridge.keycodes import x_keycodes
from moof.bridge.message_thread import MessageListener, MessageThread
from moof.bridge.private_directory import private_directory
from moof.bridge.program import Program
from moof.bridge.program_answers import ProgramAnswers
from moof.bridge.program_ending import ProgramEnding
from moof.bridge.pulse_server import PulseServerThread
from moof.bridge.state_control import StateControl, work_folder
from moof.bridge.state_requests import RunningProgram
from moof.bridge.window_publisher import WindowListener, WindowPublisher
from moof.bridge.x_clipboard import XClipboard, XClipboardListener
from moof.bridge.x_display import XDisplay
from moof.bridge.xtest_input import PointerListener, XTestInput
from moof.bridge.xvfb import Xvfb
from moof.bridge.xwd import map_framebuffer
from moof.extension import Capability, ClipboardText, ExtensionEnd, ExtensionError, StateRequest
from moof.ipc import (
    EXIT_STATUS_FAILED,
    EXIT_STATUS_OK,
    EXIT_STATUS_RESTART,
    CommandCode,
    EmulatorEnd,
    IpcError,
    Key,
    MachineCommand,
    Message,
    Mouse,
    MouseLatency,
    MouseMode,
    Ping,
    PingEchoes,
    State,
    busguard,
    clean_up_dead,
)
from moof.media.kernel import KERNELS
from moof.process import OrphanReaper, Sandbox, prepare_for_sound

LOG: Final = logging.getLogger(__name__)


def prepare() -> None:
    """Load the pixel kernels (compile them, the first time ever), which takes most of a start's time."""
    busguard.install()  # against servers that truncate the segment
    for kernel in KERNELS:
        if kernel.name.startswith("changed_blocks."):
            kernel.compile()


def run(options: BridgeOptions) -> int:
    """Run the program until it ends; return the exit status.

    0: it ended by itself, or the server or a signal ended it. 75: it is to be started again. 1: the program
        or its display failed. 78: the program cannot run. Why is then the last line on stderr. Raises
        BridgeError if it cannot be started.
    """
    prepare()
    prepare_for_sound()
    try:
        status, reason = asyncio.run(_run(options))
    except DisplayError as error:
        status, reason = EXIT_STATUS_FAILED, f"{error}."
    if reason:
        print(reason, file=sys.stderr, flush=True)
    return status


async def _run(options: BridgeOptions) -> tuple[int, str]:
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[int] = loop.create_future()
    # Before anything is created that a signal could leave behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _finish, finished, EXIT_STATUS_OK)
    clean_up_dead()  # what killed bridges have left
    async with AsyncExitStack() as cleanup:
        directory = cleanup.enter_context(private_directory())
        try:
            work = cleanup.enter_context(work_folder(options))
            states = {Capability.STATES} if work is not None else set()
            extension = cleanup.enter_context(ExtensionEnd.create(CAPABILITIES | states))
            end = cleanup.enter_context(EmulatorEnd.create())
        except (ExtensionError, IpcError) as error:
            raise BridgeError(f"the emulator's end cannot be created: {error}") from error
        sandboxed, opengl = options.sandbox is not None, options.opengl
        display = Xvfb(directory, *options.size, sandboxed=sandboxed, opengl=opengl)
        cleanup.push_async_callback(display.end)
        await display.start()
        sound = PulseServerThread(directory, end.audio, SoundSourceReporter(extension))
        control = StateControl(options, directory, work, extension)
        bridge = Bridge(options.in_directory(directory), end, extension, display, sound, control, finished)
        cleanup.push_async_callback(OrphanReaper().end)
        cleanup.push_async_callback(bridge.stop)
        return await bridge.run(), bridge.reason


def _finish(finished: asyncio.Future[int], status: int) -> None:
    if not finished.done():
        finished.set_result(status)


class Bridge(
    MessageListener, WindowListener, PointerListener, ExtensionListener, XClipboardListener, RunningProgram
):
    """One program on its display, with the emulator's ends of both sockets; the caller closes all of them.

    Setting `finished` to an exit status ends it.
    """

    def __init__(
        self,
        options: BridgeOptions,
        end: EmulatorEnd,
        extension: ExtensionEnd,
        x_server: Xvfb,
        sound: PulseServerThread,
        states: StateControl,
        finished: asyncio.Future[int],
    ) -> None:
        self._options = options
        self._end = end
        self._x_server = x_server
        self._sound = sound
        self._states = states
        self._loop = asyncio.get_running_loop()
        self._finished = finished
        self._program: Program | None = None
        self._used = False
        """Whether a viewer has pressed a key or a button."""
        self.reason = ""
        """A sentence that says why the program failed."""
        self._latency = MouseLatency(time.time_ns() // 1_000_000)
        self._pings = PingEchoes()
        self._display = XDisplay(x_server.name, x_server.authority, options.title)
        framebuffer = map_framebuffer(x_server.framebuffer)
        self._answers = ProgramAnswers(self._display, Path(options.command[0]).name)
        self._frames = WindowPublisher(
            self._loop, self._display, framebuffer, end.frames, self._pings, self._answers, self
        )
        keycodes = x_keycodes(options.keys)
        self._input = XTestInput(
            self._loop, self._display, keycodes, options.mouse, self, options.swallow, options.caps_lock
        )
        self._messages = MessageThread(end, self._loop, self._pings, self)
        self._clipboard = XClipboard(self._loop, x_server.name, x_server.authority, self)
        self._extension = extension
        self._receiver = MergingReceiver(extension, self._loop, self)

    async def run(self) -> int:
        """Start the program and return the exit status when the program or the display has ended."""
        self._loop.add_reader(self._display.descriptor, self._update)
        self._update()
        await self._sound.start()
        await self._states.start(self, self._answers)
        self._program = self._start_program()
        self._end.segment.state = State.RUNNING
        self._messages.start()
        self._clipboard.start()
        self._receiver.start()
        self._options.on_ready(self._end.ready_line())
        watches = (self._watch_program(self._program), self._watch_x_server())
        watchers = [asyncio.ensure_future(each) for each in watches]
        try:
            return await self._finished
        finally:
            for watcher in watchers:
                watcher.cancel()

    async def stop(self) -> None:
        """End the program, then the threads, then disconnect from the display."""
        self._end.segment.state = State.STOPPED
        if self._program is not None:
            await self._program.end()  # while its sound is still read, which some programs wait for
        self._states.stop()
        self._messages.stop()
        self._receiver.stop()
        self._input.stop()
        self._frames.stop()
        self._sound.stop()
        self._loop.remove_reader(self._display.descriptor)
        self._clipboard.stop()
        self._display.close()

    def _start_program(self) -> Program:
        environment = self._x_server.environment() | self._sound.environment()
        environment |= self._options.environment
        command = [word.replace("{pulse}", self._sound.address) for word in self._options.command]
        command = [word.replace("{control}", self._states.address) for word in command]
        return Program(command, environment, self._options.limits, self._sandbox(), self._states)

    def _sandbox(self) -> Sandbox | None:
        """Return the program's sandbox, with what it needs of the display and of the sound server."""
        sandbox = self._options.sandbox
        if sandbox is None:
            return None
        sockets = (self._x_server.socket, self._x_server.authority, *self._states.sockets)
        session = (*sockets, *self._sound.sound.files)
        ipc_of = self._x_server.pid if self._x_server.shares_memory else None
        writable = (*sandbox.writable, *self._states.folders)
        return replace(sandbox, read_only=(*sandbox.read_only, *session), writable=writable, ipc_of=ipc_of)

    async def _watch_program(self, program: Program) -> None:
        started = self._loop.time()
        status = await program.wait()
        seconds = self._loop.time() - started
        ending = ProgramEnding(program.name, status, seconds, self._used, program.last_lines)
        status, self.reason = ending.interpret(self._options.messages)
        if self.reason and self._options.sandbox is not None:
            shown = self._options.sandbox.shown()
            LOG.warning("If it misses a file: its sandbox shows, besides the system, %s.", shown)
        self._finish(status)

    async def _watch_x_server(self) -> None:
        await self._x_server.wait()
        self._display_ended(self._x_server.last_words)

    def _finish(self, status: int) -> None:
        _finish(self._finished, status)

    def frame_due(self) -> None:
        """Publish the frame that had to wait (WindowListener)."""
        self._update()

    def frame_published(self) -> None:
        """Store the mouse latency once a second (WindowListener)."""
        report = self._latency.report(time.time_ns() // 1_000_000)
        if report is not None:
            self._end.segment.mouse_latency = report

    def pointer_moved(self, position: tuple[int, int]) -> None:
        """Publish the pointer's new position (PointerListener)."""
        self._frames.pointer = position
        self._update()

    def message_received(self, message: Message) -> None:
        """Handle one message, without blocking (MessageListener)."""
        match message:
            case Key():
                self._used |= message.down
                self._input.key(message)
            case Mouse():
                self._used |= message.buttons != 0
                self._latency.add(message.timestamp_ms, time.time_ns() // 1_000_000)
                self._input.mouse(message, self._frames.place)
            case MachineCommand(code):
                self._command(code)
            case Ping():
                self._update()
            case MouseMode(mode):
                LOG.debug("Mouse messages are %s from now on.", mode.name.lower())

    def wheel_turned(self, dx: int, dy: int) -> None:
        """Turn the wheel where the pointer is (ExtensionListener)."""
        self._input.wheel(dx, dy)

    def text_given(self, text: str) -> None:
        """Let the program paste a page's text (ExtensionListener)."""
        self._clipboard.put(text)

    def text_copied(self, text: str) -> None:
        """Report what the program has copied (XClipboardListener)."""
        self._extension.send(ClipboardText(text))

    def state_requested(self, request: StateRequest) -> None:
        """Save or load a state (ExtensionListener)."""
        self._states.requested(request)

    def refuse_states(self) -> str:
        """Refuse while the program is stopped, and answers nothing (RunningProgram)."""
        return "The emulator is paused." if self._end.segment.state is State.PAUSED else ""

    def screen(self) -> NDArray[np.uint32]:
        """Return the window (RunningProgram)."""
        return self._frames.pixels()

    def release_input(self) -> None:
        """Release keys and buttons (RunningProgram)."""
        self._input.release_all()

    def state_loaded(self) -> None:
        """Let the guest's pointer be found again (RunningProgram)."""
        self._input.guest_replaced()

    def audio_requested(self, samples: int) -> None:
        """Pass a request for sound to the sound server's thread (MessageListener)."""
        self._sound.request(samples)

    def server_connected(self) -> None:
        """Publish the picture again for a new server (MessageListener)."""
        self._update()

    def server_disconnected(self) -> None:
        """Release keys and buttons, and prepare the next server's first frame (MessageListener)."""
        LOG.info("The server has disconnected.")
        self._input.release_all()

    def _update(self) -> None:
        """Process the display's events and publish a frame if one is due."""
        try:
            self._display.process_events()
            self._frames.update()
        except BridgeError as error:
            self._loop.remove_reader(self._display.descriptor)
            self._display_ended(str(error))

    def _display_ended(self, why: str) -> None:
        if not self._finished.done():
            self.reason = f"The program's display, Xvfb, has ended. {why}".strip()
            LOG.warning("%s", self.reason)
        self._finish(EXIT_STATUS_FAILED)

    def _command(self, code: CommandCode) -> None:
        match code:
            case CommandCode.STOP:
                self._finish(EXIT_STATUS_OK)
            case CommandCode.RESET:
                self._finish(EXIT_STATUS_RESTART)
            case CommandCode.PAUSE:
                self._pause(True)
            case CommandCode.RESUME | CommandCode.START:
                self._pause(False)

    def _pause(self, paused: bool) -> None:
        if self._program is not None:
            (self._program.pause if paused else self._program.resume)()
            self._answers.paused = paused
            self._end.segment.state = State.PAUSED if paused else State.RUNNING

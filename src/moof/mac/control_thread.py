"""The "control-socket" thread: receives the server's messages and passes them to the machine."""

import logging
import time
from typing import Final, Protocol

from moof.ipc import (
    AudioRequest,
    EmulatorEnd,
    Key,
    MachineCommand,
    Message,
    Mouse,
    MouseLatency,
    MouseMode,
    Ping,
    PingEchoes,
)
from moof.mac.activity import PING_SECONDS
from moof.mac.audio_thread import AudioRequestHandler
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)


class KeyMessageListener(Protocol):
    """Follows the Key messages of each server. Called on the control thread."""

    def key_received(self) -> None:
        """Note a message, which has been passed to the ADB."""

    def server_disconnected(self) -> None:
        """Note that the next message is another server's; all keys have been released."""


class ControlThread(MacThread):
    """Serves one server at a time at the socket of `end`."""

    def __init__(
        self,
        end: EmulatorEnd,
        board: Board,
        cpu_thread: CpuThread,
        audio: AudioRequestHandler,
        pings: PingEchoes,
        latency: MouseLatency,
        keys: KeyMessageListener,
        listener: ThreadListener,
    ) -> None:
        super().__init__("control-socket", listener)
        self._end = end
        self._board = board
        self._cpu_thread = cpu_thread
        self._audio = audio
        self._pings = pings
        self._latency = latency
        self._keys = keys

    def run(self) -> None:
        """Serve until `stop`."""
        self._end.serve(
            self.receive,
            on_connect=lambda: LOG.info("A server has connected."),
            on_disconnect=self._release_input,
        )

    def interrupt_wait(self) -> None:
        """Make `serve` return."""
        self._end.stop()

    def receive(self, message: Message) -> None:
        """Handle one message; never blocks."""
        match message:
            case Key(code, down):
                self._board.adb.key(code, down)
                self._keys.key_received()
                self._board.activity.note(time.monotonic())
            case Mouse():
                self._move_mouse(message)
                self._board.activity.note(time.monotonic())
            case MachineCommand(code):
                self._cpu_thread.command(code)
                self._board.activity.note(time.monotonic())
            case Ping():
                self._pings.received(message, time.time_ns() // 1000)
                self._board.activity.note(time.monotonic(), PING_SECONDS)
            case AudioRequest(samples):
                self._audio.request(samples)
            case MouseMode(mode):
                # Each mouse message says itself whether it is absolute.
                LOG.debug("The mouse mode is now %s.", mode.name.lower())

    def _move_mouse(self, mouse: Mouse) -> None:
        self._latency.add(mouse.timestamp_ms, time.time_ns() // 1_000_000)
        x, y = mouse.x, mouse.y
        if mouse.absolute:
            mode = self._board.video.mode
            x, y = min(x, mode.width - 1), min(y, mode.height - 1)
        self._board.adb.mouse(x, y, mouse.buttons, mouse.absolute)

    def _release_input(self) -> None:
        LOG.info("The server has disconnected.")
        self._pings.forget()
        self._board.adb.release_all()
        self._keys.server_disconnected()

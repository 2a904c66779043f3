"""The "extension" thread: serves the extension socket beside the contract's control socket.

It passes the wheel, requests for a keyboard layout and texts for the clipboard to the board, and reports the
guest's layout, how many of the server's keys the guest has read, whether it has a sound source open, and what
is copied in it.
"""

import logging
import threading
import time
from typing import Final

from moof.extension import (
    MAX_CLIPBOARD_BYTES,
    Capability,
    ClipboardText,
    ExtensionEnd,
    ExtensionMessage,
    ExtensionReceiver,
    KeysRead,
    LayoutName,
    ReadScreen,
    ScreenPart,
    ScreenText,
    SoundSource,
    StateOperation,
    StateRequest,
    WheelTurn,
    WindowSize,
    state_result,
)
from moof.mac.adb import Adb, KeyReadListener
from moof.mac.audio_device import AudioSourceListener
from moof.mac.board import Board
from moof.mac.clipboard import CopyListener
from moof.mac.control_thread import KeyMessageListener
from moof.mac.keyboard_layout import KeyboardLayoutListener, UnknownLayoutError
from moof.mac.screen_reader import DescriptionListener
from moof.mac.state_thread import (
    GoBack,
    LoadState,
    SaveState,
    StateChangeRequest,
    StateRequestListener,
    StateThread,
)
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)

STATE_CAPABILITIES: Final = frozenset({Capability.STATES, Capability.STATES_BACK})
"""Those of a Mac with a folder of states besides the others."""
CAPABILITIES: Final = frozenset(Capability) - STATE_CAPABILITIES
"""Those of a Mac without a folder of states."""


class ReadKeysReporter(KeyMessageListener, KeyReadListener):
    """Reports how many Key messages of the present server no longer wait for the guest.

    A message that queues no event, since the key is in that state already, never waits.
    """

    def __init__(self, adb: Adb, end: ExtensionEnd) -> None:
        self._adb = adb
        self._end = end
        self._lock = threading.Lock()
        self._received = 0
        self._read = 0

    def key_received(self) -> None:
        """Count a message that was queued (KeyMessageListener)."""
        with self._lock:
            self._received += 1
            self._report()

    def server_disconnected(self) -> None:
        """Count from 0; events that are still queued are nobody's (KeyMessageListener)."""
        with self._lock:
            self._received = self._read = 0
            self._report()

    def key_read(self) -> None:
        """Report that the guest has read a key (KeyReadListener)."""
        with self._lock:
            self._report()

    def _report(self) -> None:
        # The queue may hold a key that is not counted yet, and those of the server before: never fewer.
        self._read = max(self._read, self._received - self._adb.unread_keys)
        self._end.report(KeysRead(self._read))


class ExtensionThread(
    MacThread,
    ExtensionReceiver,
    KeyboardLayoutListener,
    AudioSourceListener,
    CopyListener,
    StateRequestListener,
    DescriptionListener,
):
    """Serves one server at a time at the extension socket `end`."""

    def __init__(
        self, end: ExtensionEnd, board: Board, listener: ThreadListener, states: StateThread | None = None
    ) -> None:
        super().__init__("extension", listener)
        self._states = states
        if states is not None:
            states.set_request_listener(self)
        self._end = end
        self._board = board
        board.keyboard_layout.add_listener(self)
        board.audio.add_listener(self)
        board.clipboard.add_listener(self)
        board.screen_reader.add_listener(self)

    def run(self) -> None:
        """Serve until `stop`."""
        self._end.serve(self)

    def interrupt_wait(self) -> None:
        """Make `serve` return."""
        self._end.stop()

    def extension_message(self, message: ExtensionMessage) -> None:
        """Pass a message to the board (ExtensionReceiver)."""
        match message:
            case WheelTurn(dx, dy):
                self._board.adb.wheel(dx, dy)
                self._board.activity.note(time.monotonic())
            case LayoutName(name):
                try:
                    self._board.keyboard_layout.request(name)
                    self._board.activity.note(time.monotonic())
                except UnknownLayoutError as error:
                    LOG.warning("A server asks for a layout: %s.", error)
            case WindowSize(width, height):
                self._board.screen_size.follow(width, height)
                self._board.activity.note(time.monotonic())
            case ReadScreen(wanted):
                self._board.screen_reader.read(wanted)
            case ClipboardText(text) if text:
                self._board.clipboard.give(text)
            case StateRequest(number, action, name) if self._states is not None:
                self._states.request(number, _state_request(action, name))

    def keyboard_layout_changed(self, name: str) -> None:
        """Report the guest's layout (KeyboardLayoutListener)."""
        self._end.report(LayoutName(name))

    def audio_source_changed(self, is_open: bool) -> None:
        """Report whether the guest may play sound (AudioSourceListener)."""
        self._end.report(SoundSource(is_open))

    def state_request_done(self, number: int, error: str) -> None:
        """Answer the server's request (StateRequestListener)."""
        self._end.send(state_result(number, error))

    def text_copied(self, text: str) -> None:
        """Report what was copied, a text that is too long as an empty one (CopyListener)."""
        if text:
            self._end.send(ClipboardText(text if len(text.encode()) <= MAX_CLIPBOARD_BYTES else ""))

    def screen_described(self, parts: tuple[ScreenPart, ...]) -> None:
        """Report what the screen says (DescriptionListener)."""
        self._end.send(ScreenText(parts))


def _state_request(action: StateOperation, name: str) -> StateChangeRequest:
    match action:
        case StateOperation.SAVE:
            return SaveState(name)
        case StateOperation.LOAD:
            return LoadState(name)
        case StateOperation.BACK:
            return GoBack()

"""The connection to the extension socket of the current emulator, beside the control socket's."""

import asyncio
import logging
from typing import Final

from moof.extension import (
    FLOOD_PAUSE,
    Capability,
    ClipboardText,
    ExtensionError,
    ExtensionMessage,
    ExtensionSocket,
    KeysRead,
    LayoutName,
    ReadScreen,
    ScreenText,
    SoundSource,
    StateRequest,
    StateResult,
    WheelTurn,
    WindowSize,
    connect_extension,
)
from moof.ipc import ConnectionLost, EmulatorConnection
from moof.server.emulator.emulator_states import StateRequests, StateRequestSender
from moof.server.emulator.extension import (
    ClipboardListener,
    EmulatorExtension,
    FollowingListener,
    LayoutListener,
    ScreenTextListener,
    SoundSourceListener,
    UnreadKeysListener,
)
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus

LOG: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 2.0
_MAX_RETRY_SECONDS: Final = 60.0


class ExtensionLink(EmulatorLinkListener, EmulatorExtension, StateRequestSender):
    """Follows an EmulatorLink: for each of its connections one to the extension socket of that emulator.

    An emulator without such a socket, or with an invalid one, only lacks what the socket is for: it is tried
    again every few seconds as long as the control connection lasts.
    """

    def __init__(self, link: EmulatorLink, loop: asyncio.AbstractEventLoop) -> None:
        self._link = link
        self._loop = loop
        self._control: EmulatorConnection | None = None
        self._socket: ExtensionSocket | None = None
        self._exact_dirty: EmulatorConnection | None = None
        self._exact_sound: EmulatorConnection | None = None
        """The control connection whose emulator has these capabilities; other threads read them."""
        self._retry: asyncio.TimerHandle | None = None
        self._retry_seconds = _RETRY_SECONDS
        self._layout: str | None = None
        self._keys_read = 0
        self._layout_listeners: tuple[LayoutListener, ...] = ()
        self._sound_open: bool | None = None
        self._keys_listeners: tuple[UnreadKeysListener, ...] = ()
        self._sound_listeners: tuple[SoundSourceListener, ...] = ()
        self._clipboard_listeners: tuple[ClipboardListener, ...] = ()
        self.states = StateRequests(self)
        self._window_listeners: tuple[FollowingListener, ...] = ()
        self._screen_listeners: tuple[ScreenTextListener, ...] = ()

    def start(self) -> None:
        """Follow the link from now on."""
        self._link.add_listener(self)
        self._follow()

    def stop(self) -> None:
        """Disconnect."""
        self._control = None
        self._disconnect()

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Look for a new control connection (EmulatorLinkListener). Called on the link's thread."""
        try:
            self._loop.call_soon_threadsafe(self._follow)
        except RuntimeError:
            pass  # the loop is closed

    @property
    def layout(self) -> str | None:
        """The layout that the emulator reported last (EmulatorExtension)."""
        return self._layout

    @property
    def unread_keys(self) -> int | None:
        """Key messages sent and not reported as read (EmulatorExtension)."""
        if self._control is None or not self._shares(Capability.KEYS_READ):
            return None
        return max(0, self._control.keys_sent - self._keys_read)

    @property
    def shares_clipboard(self) -> bool:
        """Whether the emulator has said so (EmulatorExtension)."""
        return self._shares(Capability.CLIPBOARD)

    @property
    def follows_window(self) -> bool:
        """Whether the emulator has said so (EmulatorExtension)."""
        return self._shares(Capability.WINDOW_SIZE)

    @property
    def has_states(self) -> bool:
        """Whether the emulator has said so (StateRequestSender)."""
        return self._shares(Capability.STATES)

    @property
    def has_earlier_states(self) -> bool:
        """Whether the emulator has said so (StateRequestSender)."""
        return self.has_states and self._shares(Capability.STATES_BACK)

    @property
    def reads_screen(self) -> bool:
        """Whether the emulator has said so (EmulatorExtension)."""
        return self._shares(Capability.SCREEN_TEXT)

    def send_wheel(self, dx: int, dy: int) -> bool:
        """Send the wheel if the emulator takes it (EmulatorExtension)."""
        return self._send(Capability.WHEEL, WheelTurn(dx, dy))

    def request_layout(self, name: str) -> bool:
        """Send the request if the emulator takes it (EmulatorExtension)."""
        return self._send(Capability.KEYBOARD_LAYOUT, LayoutName(name))

    def put_on_clipboard(self, text: str) -> bool:
        """Send the text if the emulator takes it (EmulatorExtension)."""
        return self._send(Capability.CLIPBOARD, ClipboardText(text))

    def send_state_request(self, request: StateRequest) -> bool:
        """Send the request if the emulator has states (StateRequestSender)."""
        return self._send(Capability.STATES, request)

    def send_window_size(self, width: int, height: int) -> bool:
        """Send the size if the emulator takes it (EmulatorExtension)."""
        return self._send(Capability.WINDOW_SIZE, WindowSize(width, height))

    def send_read_screen(self, wanted: bool) -> bool:
        """Send the wish if the emulator takes it (EmulatorExtension)."""
        return self._send(Capability.SCREEN_TEXT, ReadScreen(wanted))

    def add_layout_listener(self, listener: LayoutListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._layout_listeners = (*self._layout_listeners, listener)

    def add_keys_listener(self, listener: UnreadKeysListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._keys_listeners = (*self._keys_listeners, listener)

    def add_sound_listener(self, listener: SoundSourceListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._sound_listeners = (*self._sound_listeners, listener)
        listener.sound_source_changed(self._sound_open)

    def add_clipboard_listener(self, listener: ClipboardListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._clipboard_listeners = (*self._clipboard_listeners, listener)

    def add_window_listener(self, listener: FollowingListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._window_listeners = (*self._window_listeners, listener)

    def add_screen_text_listener(self, listener: ScreenTextListener) -> None:
        """Add a listener (EmulatorExtension)."""
        self._screen_listeners = (*self._screen_listeners, listener)

    def has_exact_dirty(self, connection: EmulatorConnection) -> bool:
        """Return whether this connection's emulator has said so (ExactDirty)."""
        return connection is self._exact_dirty

    def has_exact_sound(self, connection: EmulatorConnection) -> bool:
        """Return whether this connection's emulator has said so (ExactSound)."""
        return connection is self._exact_sound

    def _shares(self, capability: Capability) -> bool:
        return self._socket is not None and self._socket.shares(capability)

    def _send(self, capability: Capability, message: ExtensionMessage) -> bool:
        if self._socket is None or not self._socket.shares(capability):
            return False
        self._socket.put(message)
        return self._flush(self._socket)

    def _follow(self) -> None:
        """Connect to the emulator of the current control connection; disconnect from another one."""
        control = self._link.connection()
        if control is self._control:
            return
        self._disconnect()
        self._control = control
        self._retry_seconds = _RETRY_SECONDS
        self._connect()

    def _connect(self) -> None:
        self._retry = None
        if self._control is None:
            return
        try:
            connection = connect_extension(self._control.pid, Capability)
        except ExtensionError as error:
            self._fail(error)
            return
        if connection is None:
            self._connect_later()
            return
        self._socket = connection
        self._loop.add_reader(connection.fileno(), self._receive, connection)
        self._flush(connection)

    def _receive(self, connection: ExtensionSocket) -> None:
        """Read once; after a full read or too many the next one waits: the event loop is never kept busy."""
        greeted = connection.greeted
        try:
            messages = connection.receive()
        except (ExtensionError, ConnectionLost) as error:
            self._fail(error)
            return
        if connection.flooding:
            self._loop.remove_reader(connection.fileno())
            self._loop.call_later(FLOOD_PAUSE, self._resume, connection)
        if connection.greeted and not greeted:
            self._exact_dirty = self._control if self._shares(Capability.EXACT_DIRTY) else None
            self._exact_sound = self._control if self._shares(Capability.EXACT_SOUND) else None
            self._report_keys()
            self._report_clipboard()
            self._report_window()
        self._process(messages)

    def _resume(self, connection: ExtensionSocket) -> None:
        if connection is self._socket:
            self._loop.add_reader(connection.fileno(), self._receive, connection)

    def _process(self, messages: list[ExtensionMessage]) -> None:
        """Take the newest states; of many the last one counts."""
        layout, keys_read, sound_open = self._layout, self._keys_read, self._sound_open
        for message in messages:
            match message:
                case LayoutName():
                    layout = message.name
                case KeysRead():
                    keys_read = message.count
                case SoundSource():
                    sound_open = message.open
                case StateResult():
                    self.states.answered(message)
        self._set_layout(layout)
        self._set_sound_open(sound_open)
        self._report_copies(messages)
        self._report_screen(messages)
        if keys_read != self._keys_read:
            self._keys_read = keys_read
            self._report_keys()

    def _flush(self, connection: ExtensionSocket) -> bool:
        """Send what the socket accepts, the rest when it is writable; return whether it is connected."""
        try:
            connection.flush()
        except ConnectionLost as error:
            self._fail(error)
            return False
        if connection.pending:
            self._loop.add_writer(connection.fileno(), self._flush, connection)
        else:
            self._loop.remove_writer(connection.fileno())
        return True

    def _fail(self, error: Exception) -> None:
        """Disconnect, and try again later: each time twice as late, so that the log does not fill."""
        if isinstance(error, ExtensionError) and self._control is not None:
            LOG.warning("The extension socket of emulator %d: %s", self._control.pid, error)
            self._retry_seconds = min(2 * self._retry_seconds, _MAX_RETRY_SECONDS)
        self._disconnect()
        self._connect_later()

    def _connect_later(self) -> None:
        self._retry = self._loop.call_later(self._retry_seconds, self._connect)

    def _disconnect(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._socket is None:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._socket.close()
        self._socket, self._keys_read = None, 0
        self._exact_dirty = self._exact_sound = None
        self.states.disconnected()
        self._report_keys()
        self._report_clipboard()
        self._report_window()
        self._set_layout(None)
        self._set_sound_open(None)

    def _report_keys(self) -> None:
        for listener in self._keys_listeners:
            listener.keys_read()

    def _report_clipboard(self) -> None:
        for listener in self._clipboard_listeners:
            listener.clipboard_changed()

    def _report_window(self) -> None:
        for listener in self._window_listeners:
            listener.window_changed()
        for reader in self._screen_listeners:
            reader.screen_text_status_changed()

    def _report_copies(self, messages: list[ExtensionMessage]) -> None:
        texts = [message.text for message in messages if isinstance(message, ClipboardText)]
        for listener in self._clipboard_listeners if texts else ():
            listener.text_copied(texts[-1])

    def _report_screen(self, messages: list[ExtensionMessage]) -> None:
        texts = [message.parts for message in messages if isinstance(message, ScreenText)]
        for listener in self._screen_listeners if texts else ():
            listener.screen_text_received(texts[-1])

    def _set_sound_open(self, is_open: bool | None) -> None:
        if is_open == self._sound_open:
            return
        self._sound_open = is_open
        for listener in self._sound_listeners:
            listener.sound_source_changed(is_open)

    def _set_layout(self, layout: str | None) -> None:
        if layout == self._layout:
            return
        self._layout = layout
        for listener in self._layout_listeners:
            listener.layout_changed()

"""An emulator beyond the contract that keeps what it is asked for."""

from moof.ipc import EmulatorConnection
from moof.server.emulator.extension import (
    ClipboardListener,
    EmulatorExtension,
    FollowingListener,
    LayoutListener,
    ScreenTextListener,
    SoundSourceListener,
    UnreadKeysListener,
)


class RecordingExtension(EmulatorExtension):
    """An `EmulatorExtension` without an emulator behind it; `set_…` change its states."""

    def __init__(
        self,
        *,
        wheel: bool = True,
        layout: str | None = None,
        unread: int | None = None,
        clipboard: bool = False,
        follows: bool = False,
        reads_screen: bool = False,
    ) -> None:
        self.wheel = wheel
        self.texts: list[str] = []
        self.follows = follows
        self.reads_screen_now = reads_screen
        self.read_requests: list[bool] = []
        self.screen_listeners: list[ScreenTextListener] = []
        self.window_sizes: list[tuple[int, int]] = []
        self.window_listeners: list[FollowingListener] = []
        self.shares_clipboard_now = clipboard
        self.clipboard_listeners: list[ClipboardListener] = []
        self.turns: list[tuple[int, int]] = []
        self.requested: list[str] = []
        self._layout = layout
        self._unread = unread
        self._layout_listeners: list[LayoutListener] = []
        self._keys_listeners: list[UnreadKeysListener] = []

    @property
    def layout(self) -> str | None:
        """The layout that was set last."""
        return self._layout

    @property
    def unread_keys(self) -> int | None:
        """The number that was set last."""
        return self._unread

    @property
    def shares_clipboard(self) -> bool:
        """As it was set."""
        return self.shares_clipboard_now

    def put_on_clipboard(self, text: str) -> bool:
        """Keep the text if the clipboard is shared."""
        if self.shares_clipboard_now:
            self.texts.append(text)
        return self.shares_clipboard_now

    @property
    def follows_window(self) -> bool:
        """As it was set."""
        return self.follows

    def send_window_size(self, width: int, height: int) -> bool:
        """Keep the size if a window can be followed."""
        if self.follows:
            self.window_sizes.append((width, height))
        return self.follows

    @property
    def reads_screen(self) -> bool:
        """As it was set."""
        return self.reads_screen_now

    def send_read_screen(self, wanted: bool) -> bool:
        """Keep the wish if there are texts."""
        if self.reads_screen_now:
            self.read_requests.append(wanted)
        return self.reads_screen_now

    def add_screen_text_listener(self, listener: ScreenTextListener) -> None:
        """Add a listener."""
        self.screen_listeners.append(listener)

    def add_window_listener(self, listener: FollowingListener) -> None:
        """Add a listener."""
        self.window_listeners.append(listener)

    def add_clipboard_listener(self, listener: ClipboardListener) -> None:
        """Add a listener."""
        self.clipboard_listeners.append(listener)

    def send_wheel(self, dx: int, dy: int) -> bool:
        """Keep the turn if there is a wheel."""
        if self.wheel:
            self.turns.append((dx, dy))
        return self.wheel

    def request_layout(self, name: str) -> bool:
        """Keep the request if a layout is known."""
        if self._layout is not None:
            self.requested.append(name)
        return self._layout is not None

    def add_layout_listener(self, listener: LayoutListener) -> None:
        """Add a listener."""
        self._layout_listeners.append(listener)

    def add_keys_listener(self, listener: UnreadKeysListener) -> None:
        """Add a listener."""
        self._keys_listeners.append(listener)

    def add_sound_listener(self, listener: SoundSourceListener) -> None:
        """Ignore it: nothing is reported."""

    def has_exact_sound(self, connection: EmulatorConnection) -> bool:
        """Return False."""
        return False

    def has_exact_dirty(self, connection: EmulatorConnection) -> bool:
        """Return False."""
        return False

    def set_layout(self, layout: str | None) -> None:
        """Change the layout, as the guest does."""
        self._layout = layout
        for listener in self._layout_listeners:
            listener.layout_changed()

    def set_unread(self, count: int | None) -> None:
        """Change the number of unread keys, as the guest does by reading."""
        self._unread = count
        for listener in self._keys_listeners:
            listener.keys_read()

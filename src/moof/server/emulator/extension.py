"""What a server uses of an emulator beyond the contract: wheel, layout, keys, sound source, clipboard."""

from typing import Protocol

from moof.extension import ScreenPart
from moof.ipc import EmulatorConnection


class LayoutListener(Protocol):
    """Is told of the Mac's keyboard layout."""

    def layout_changed(self) -> None:
        """Note that `layout` has changed, also because the emulator has ended. Called on the event loop."""


class UnreadKeysListener(Protocol):
    """Is told how far the guest has read."""

    def keys_read(self) -> None:
        """Note that `unread_keys` has fallen, appeared or disappeared. Called on the event loop."""


class SoundSourceListener(Protocol):
    """Is told whether the emulator may play sound."""

    def sound_source_changed(self, is_open: bool | None) -> None:
        """Take in whether anything may play sound, None if the emulator does not report it.

        Called on the event loop.
        """


class ClipboardListener(Protocol):
    """Is told of the emulator's clipboard."""

    def clipboard_changed(self) -> None:
        """Note that `shares_clipboard` has changed. Called on the event loop."""

    def text_copied(self, text: str) -> None:
        """Take a text that was copied in the Mac, an empty one for one that is too long to be reported.

        Called on the event loop.
        """


class ExactDirty(Protocol):
    """Knows whose dirty rectangles are reliable. May be used from any thread."""

    def has_exact_dirty(self, connection: EmulatorConnection) -> bool:
        """Return whether each frame's dirty rectangle contains all that differs from the frame before."""


class ExactSound(Protocol):
    """Knows who answers requests of any length. May be used from any thread."""

    def has_exact_sound(self, connection: EmulatorConnection) -> bool:
        """Return whether each request is answered with what it lasts; existing emulators answer 20 ms."""


class FollowingListener(Protocol):
    """Is told whether the emulator can follow a window."""

    def window_changed(self) -> None:
        """Note that another emulator is connected, or none. Called on the event loop."""


class ScreenTextListener(Protocol):
    """Is told what the Mac's screen says, and whether the emulator can say it."""

    def screen_text_status_changed(self) -> None:
        """Note that another emulator is connected, or none. Called on the event loop."""

    def screen_text_received(self, parts: tuple[ScreenPart, ...]) -> None:
        """Take the texts of the whole screen. Called on the event loop."""


class EmulatorExtension(ExactDirty, ExactSound, Protocol):
    """What some emulators can do beyond the contract.

    All but `ExactDirty` and `ExactSound` happens on the event loop.
    """

    @property
    def layout(self) -> str | None:
        """The Mac's present keyboard layout, None if the emulator does not report it."""

    @property
    def unread_keys(self) -> int | None:
        """How many Key messages the guest has not read yet, None if the emulator does not report it."""

    @property
    def shares_clipboard(self) -> bool:
        """Whether the emulator takes texts for its clipboard, and reports what was copied."""

    @property
    def follows_window(self) -> bool:
        """Whether the emulator can change the size of its Mac's screen to that of a window."""

    @property
    def reads_screen(self) -> bool:
        """Whether the emulator can say what its screen says."""

    def send_wheel(self, dx: int, dy: int) -> bool:
        """Turn the wheel by so many pixels (i16), right and down positive; False if there is none."""

    def request_layout(self, name: str) -> bool:
        """Request a keyboard layout (at most 32 bytes of UTF-8); False if the emulator cannot change it."""

    def put_on_clipboard(self, text: str) -> bool:
        """Put a text (at most 60,000 bytes of UTF-8) on the Mac's clipboard; False if there is none."""

    def send_window_size(self, width: int, height: int) -> bool:
        """Follow a window of so many Mac pixels (u16), 0 x 0: none; False if the emulator cannot."""

    def send_read_screen(self, wanted: bool) -> bool:
        """Ask for the screen's texts from now on, or for none; False if the emulator has none."""

    def add_layout_listener(self, listener: LayoutListener) -> None:
        """Tell `listener` of each change of `layout` from now on."""

    def add_keys_listener(self, listener: UnreadKeysListener) -> None:
        """Tell `listener` of each fall of `unread_keys` from now on."""

    def add_sound_listener(self, listener: SoundSourceListener) -> None:
        """Tell `listener` of the state of the sound source from now on."""

    def add_clipboard_listener(self, listener: ClipboardListener) -> None:
        """Tell `listener` of the clipboard from now on."""

    def add_window_listener(self, listener: FollowingListener) -> None:
        """Tell `listener` of each change of `follows_window`, and of each emulator, from now on."""

    def add_screen_text_listener(self, listener: ScreenTextListener) -> None:
        """Tell `listener` of the screen's texts, and of each emulator, from now on."""


class NoExtension(EmulatorExtension):
    """An emulator without an extension socket."""

    @property
    def layout(self) -> str | None:
        """None: not reported."""
        return None

    @property
    def unread_keys(self) -> int | None:
        """None: not reported."""
        return None

    @property
    def shares_clipboard(self) -> bool:
        """False: not reachable."""
        return False

    @property
    def follows_window(self) -> bool:
        """False: the size stays."""
        return False

    @property
    def reads_screen(self) -> bool:
        """False: the texts are unknown."""
        return False

    def send_wheel(self, dx: int, dy: int) -> bool:
        """Return False: there is no wheel."""
        return False

    def request_layout(self, name: str) -> bool:
        """Return False: the layout stays."""
        return False

    def put_on_clipboard(self, text: str) -> bool:
        """Return False: there is no clipboard."""
        return False

    def send_window_size(self, width: int, height: int) -> bool:
        """Return False: the size stays."""
        return False

    def send_read_screen(self, wanted: bool) -> bool:
        """Return False: the texts are unknown."""
        return False

    def add_layout_listener(self, listener: LayoutListener) -> None:
        """Do nothing, since nothing changes."""

    def add_keys_listener(self, listener: UnreadKeysListener) -> None:
        """Do nothing, since nothing changes."""

    def add_sound_listener(self, listener: SoundSourceListener) -> None:
        """Do nothing, since nothing is reported."""

    def add_clipboard_listener(self, listener: ClipboardListener) -> None:
        """Do nothing, since nothing is reported."""

    def add_window_listener(self, listener: FollowingListener) -> None:
        """Do nothing, since nothing changes."""

    def add_screen_text_listener(self, listener: ScreenTextListener) -> None:
        """Do nothing, since nothing is reported."""

    def has_exact_dirty(self, connection: EmulatorConnection) -> bool:
        """Return False: existing emulators' rectangles are wrong now and then."""
        return False

    def has_exact_sound(self, connection: EmulatorConnection) -> bool:
        """Return False: existing emulators answer 20 ms to any request."""
        return False

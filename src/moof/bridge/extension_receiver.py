"""The extension socket, served by the thread "extension": the wheel and texts come in, states go out."""

import asyncio
import threading
from typing import Final, Protocol

from moof.bridge.pulse_server import PlaybackListener
from moof.extension import (
    Capability,
    ClipboardText,
    ExtensionEnd,
    ExtensionMessage,
    ExtensionReceiver,
    SoundSource,
    StateRequest,
    WheelTurn,
)

CAPABILITIES: Final = frozenset(
    {
        Capability.WHEEL,
        Capability.SOUND_SOURCE,
        Capability.EXACT_DIRTY,
        Capability.EXACT_SOUND,
        Capability.CLIPBOARD,
    }
)
"""X has no way to learn how far a program has read its keys, nor the layout of the Mac in an emulator."""


class ExtensionListener(Protocol):
    """Receives the wheel, texts for the clipboard, and requests for states."""

    def wheel_turned(self, dx: int, dy: int) -> None:
        """Scroll by so many pixels, right and down positive. Called on the event loop."""

    def text_given(self, text: str) -> None:
        """Put a text on the program's clipboard. Called on the event loop."""

    def state_requested(self, request: StateRequest) -> None:
        """Save or load a state. Called on the event loop."""


class SoundSourceReporter(PlaybackListener):
    """Reports at the extension socket whether a program may play sound."""

    def __init__(self, end: ExtensionEnd) -> None:
        self._end = end
        end.report(SoundSource(False))

    def playback_changed(self, is_open: bool) -> None:
        """Report it (PlaybackListener)."""
        self._end.report(SoundSource(is_open))


class MergingReceiver(ExtensionReceiver):
    """Serves one server after the other.

    While the event loop is busy, turns of the wheel are added up; of texts and of requests the newest one
    counts.
    """

    def __init__(
        self, end: ExtensionEnd, loop: asyncio.AbstractEventLoop, listener: ExtensionListener
    ) -> None:
        self._end = end
        self._loop = loop
        self._listener = listener
        self._lock = threading.Lock()
        self._dx, self._dy = 0, 0
        self._text: str | None = None
        self._request: StateRequest | None = None
        self._scheduled = False
        self._thread = threading.Thread(target=end.serve, args=(self,), name="extension", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; called on the event loop."""
        self._end.stop()
        if self._thread.is_alive():
            self._thread.join()

    def extension_message(self, message: ExtensionMessage) -> None:
        """Keep the message until the event loop has time (ExtensionReceiver)."""
        with self._lock:
            match message:
                case WheelTurn(dx, dy):
                    self._dx += dx
                    self._dy += dy
                case ClipboardText(text):
                    self._text = text or self._text
                case StateRequest():
                    self._request = message
                case _:
                    return
            if self._scheduled:
                return
            self._scheduled = True
        try:
            self._loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:
            pass  # the loop is closed

    def _deliver(self) -> None:
        with self._lock:
            dx, dy, text, request = self._dx, self._dy, self._text, self._request
            self._dx, self._dy, self._text, self._request = 0, 0, None, None
            self._scheduled = False
        if dx or dy:
            self._listener.wheel_turned(dx, dy)
        if text is not None:
            self._listener.text_given(text)
        if request is not None:
            self._listener.state_requested(request)

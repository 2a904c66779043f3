"""The clipboard of the private display: takes what programs copy, and gives them the pages' texts.

It has a connection of its own, whose errors and floods do not concern the picture's. Times are in seconds of
the event loop's clock.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import xcffib
import xcffib.xfixes
import xcffib.xproto
from xcffib.xproto import CW, Atom, EventMask, Property, WindowClass

from moof.bridge.selection_owner import NAMES, SelectionOwner
from moof.bridge.selection_transfer import TEXT_TARGETS, SelectionTransfer
from moof.bridge.window_properties import intern_atoms
from moof.bridge.x_display import connect_display
from moof.extension import MAX_CLIPBOARD_BYTES

LOG: Final = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 5.0
"""How long a program may take for an answer, and for each piece of a long one."""
READ_SECONDS: Final = 0.25
"""Between two requests for a text: of programs that copy more often, the newest text counts."""
_MAX_EVENTS: Final = 64
"""Events that are handled before the rest of the event loop has its turn."""
_PROPERTIES: Final = tuple(f"_MOOF_SELECTION_{number}" for number in range(4))
"""Where answers are stored, in turn: a late one does not pass for that to the next request."""
_MAX_WORDS: Final = MAX_CLIPBOARD_BYTES // 4 + 1
_NONE: Final = 0
_OWNER_CHANGES: Final = xcffib.xfixes.SelectionEventMask.SetSelectionOwner


class XClipboardListener(Protocol):
    """Is told what programs copy."""

    def text_copied(self, text: str) -> None:
        """Take a text that a program has copied, an empty one for one of more than 60,000 bytes."""


class XClipboard:
    """The display's selection CLIPBOARD. All methods belong to the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, display: str, authority: Path, listener: XClipboardListener
    ) -> None:
        """Connect with the cookie in the file `authority`. Raises BridgeError."""
        self._loop = loop
        self._listener = listener
        self._connection = connect_display(display, authority)
        self._descriptor = int(self._connection.get_file_descriptor())
        self._core = self._connection.core
        self._xfixes = self._connection(xcffib.xfixes.key)
        self._atoms = intern_atoms(self._core, {*NAMES, *TEXT_TARGETS, *_PROPERTIES, "INCR"})
        self._window = self._create_window()
        self._owner = SelectionOwner(self._connection, self._window, self._atoms)
        self._transfer: SelectionTransfer | None = None
        self._count = 0
        self._read_at = 0.0
        """When the next text may be asked for."""
        self._changed = False
        """Whether a program has copied since the last request."""
        self._watching = False
        self._timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Handle | None = None

    def start(self) -> None:
        """Begin to watch what programs copy; the display watches when this returns."""
        self._xfixes.QueryVersion(5, 0).reply()
        self._watch(True)
        self._core.GetInputFocus().reply()  # else it might handle a program's copy before the request above
        self._loop.add_reader(self._descriptor, self._process)
        self._process()

    def stop(self) -> None:
        """Disconnect."""
        self._loop.remove_reader(self._descriptor)
        for waiting in (self._timer, self._turn):
            if waiting is not None:
                waiting.cancel()
        try:
            self._connection.disconnect()
        except xcffib.XcffibException:
            pass

    def put(self, text: str) -> None:
        """Give a text, of at most 60,000 bytes of UTF-8, to the programs that paste."""
        self._changed = False
        self._attempt(self._end_transfer)
        self._attempt(lambda: self._owner.put(text))
        self._process()

    def _create_window(self) -> int:
        """Create the window that owns selections and has the answers' properties; it is never shown."""
        window, root = int(self._connection.generate_id()), self._connection.get_setup().roots[0].root
        mask, values = CW.OverrideRedirect | CW.EventMask, [1, EventMask.PropertyChange]
        self._core.CreateWindow(0, window, root, -1, -1, 1, 1, 0, WindowClass.InputOnly, 0, mask, values)
        return window

    def _watch(self, on: bool) -> None:
        if on != self._watching:
            self._watching = on
            mask = _OWNER_CHANGES if on else 0
            self._xfixes.SelectSelectionInput(self._window, self._atoms["CLIPBOARD"], mask)

    def _process(self) -> None:
        """Handle the events that have arrived, a limited number at a time, and send the requests."""
        self._turn = None
        for _ in range(_MAX_EVENTS):
            if not self._attempt(self._handle_next):
                return
        self._turn = self._loop.call_soon(self._process)

    def _attempt(self, step: Callable[[], bool | None]) -> bool:
        """Take a step; return False if it does, and if the display has ended, which the bridge notices."""
        try:
            return step() is not False
        except xcffib.ConnectionException:
            self._loop.remove_reader(self._descriptor)
            return False
        except xcffib.XcffibException as error:
            LOG.debug("X error: %r", error)  # for a window that is gone
            return True

    def _handle_next(self) -> bool:
        """Handle an event; return False if there is none, after all requests have been sent."""
        event = self._connection.poll_for_event()
        if event is None:
            self._connection.flush()
            event = self._connection.poll_for_event()  # sending may have read some
        if event is not None:
            self._handle(event)
        return event is not None

    def _handle(self, event: Any) -> None:
        match event:
            case xcffib.xfixes.SelectionNotifyEvent() if event.owner not in (_NONE, self._window):
                self._owner.lost(event.selection)
                self._changed = True
                self._read_soon()
            case xcffib.xproto.SelectionRequestEvent():
                self._owner.requested(event, self._loop.time())
            case xcffib.xproto.SelectionClearEvent():
                self._owner.lost(event.selection)
            case xcffib.xproto.SelectionNotifyEvent() if event.requestor == self._window:
                self._answered(event.target, event.property)
            case xcffib.xproto.PropertyNotifyEvent() if event.state == Property.NewValue:
                if self._transfer is not None and self._transfer.incremental and event.atom == self._property:
                    self._read_property(self._transfer)

    @property
    def _property(self) -> int:
        return self._atoms[_PROPERTIES[self._count % len(_PROPERTIES)]]

    def _read_soon(self) -> None:
        """Ask for the text of the newest owner, at most every READ_SECONDS."""
        if self._transfer is not None or self._timer is not None:
            self._watch(False)  # the next request is to the newest owner anyway
        else:
            self._set_timer(max(0.0, self._read_at - self._loop.time()), self._begin)

    def _begin(self) -> None:
        self._watch(True)
        self._changed = False
        selection = self._atoms["CLIPBOARD"]
        if self._core.GetSelectionOwner(selection).reply().owner in (_NONE, self._window):
            return
        self._read_at = self._loop.time() + READ_SECONDS
        self._count += 1
        self._transfer = SelectionTransfer()
        self._request(self._transfer)

    def _request(self, transfer: SelectionTransfer) -> None:
        """Ask the owner for the transfer's target; without an owner the X server answers."""
        atoms = self._atoms
        self._core.DeleteProperty(self._window, self._property)
        target = atoms[transfer.target]
        self._core.ConvertSelection(self._window, atoms["CLIPBOARD"], target, self._property, 0)
        self._set_timer(ANSWER_SECONDS, self._unanswered)

    def _answered(self, target: int, answer: int) -> None:
        transfer = self._transfer
        if transfer is None or transfer.incremental or target != self._atoms[transfer.target]:
            return
        if answer == self._property:
            self._read_property(transfer)
        elif answer == _NONE:
            transfer.refused()
            if transfer.ended:
                self._finish()
            else:
                self._request(transfer)

    def _read_property(self, transfer: SelectionTransfer) -> None:
        """Take the answer, or a piece of it; its deletion tells the owner to go on."""
        reply = self._core.GetProperty(False, self._window, self._property, Atom.Any, 0, _MAX_WORDS).reply()
        self._core.DeleteProperty(self._window, self._property)
        self._set_timer(ANSWER_SECONDS, self._unanswered)
        if reply.type == self._atoms["INCR"] and not transfer.incremental:
            transfer.incremental = True
            return
        before = transfer.text
        transfer.received(bytes(reply.value.buf()), more=reply.bytes_after > 0)
        if transfer.text is not None and before is None:
            self._listener.text_copied(transfer.text)
        if transfer.ended:
            self._finish()

    def _unanswered(self) -> None:
        LOG.debug("A program does not answer the request for its clipboard.")
        self._finish()

    def _finish(self) -> None:
        self._end_transfer()
        if self._changed:
            self._read_soon()

    def _end_transfer(self) -> None:
        self._transfer = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._watch(True)

    def _set_timer(self, seconds: float, step: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._timer_ended, step)

    def _timer_ended(self, step: Callable[[], None]) -> None:
        self._timer = None
        self._attempt(step)
        self._process()

"""What a program answers when it is asked for the text of a selection (ICCCM 2.4 and 2.7.2). Sans-IO."""

from dataclasses import dataclass, field
from typing import Final

from moof.clipboard_text import clean_text
from moof.extension import MAX_CLIPBOARD_BYTES

TEXT_TARGETS: Final = {
    "UTF8_STRING": "utf-8",
    "text/plain;charset=utf-8": "utf-8",
    "STRING": "latin-1",
}
"""The names of what a selection is asked for, in this order, and their encodings."""
MAX_PIECES: Final = 4096
"""Pieces of a text that is too long which are still taken, so that its owner does not wait."""


@dataclass(slots=True)
class SelectionTransfer:
    """One text of a selection, as a whole or in pieces; `ended` when nothing more is expected.

    `text` is the result: None while there is none, and if there is no text; empty if it is too long.
    """

    text: str | None = None
    ended: bool = False
    incremental: bool = False
    """Whether the text comes in pieces."""
    _targets: list[str] = field(default_factory=lambda: list(TEXT_TARGETS))
    _data: bytearray = field(default_factory=bytearray)
    _pieces: int = 0

    @property
    def target(self) -> str:
        """The name of what the owner is asked for."""
        return self._targets[0]

    def refused(self) -> None:
        """Handle that the owner does not have the target: the next one is to be asked for, if not `ended`."""
        if len(self._targets) == 1:
            self.ended = True
        else:
            self._targets.pop(0)

    def received(self, data: bytes, *, more: bool) -> None:
        """Take the text, or a piece of it; `more` says that the property holds more than `data`."""
        self._pieces += 1
        is_last = not self.incremental or not (data or more)
        if self.text is None:
            self._data += data
            if more or len(self._data) > MAX_CLIPBOARD_BYTES:
                self.text = ""
                self._data.clear()
            elif is_last:
                self.text = self._decoded()
        self.ended = is_last or self._pieces >= MAX_PIECES

    def _decoded(self) -> str | None:
        # Some programs count the NUL behind their text.
        text = clean_text(self._data.decode(TEXT_TARGETS[self.target], "replace"))
        if not text:
            return None
        return text if len(text.encode()) <= MAX_CLIPBOARD_BYTES else ""

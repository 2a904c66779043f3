"""Texts that wait to be typed, in order. Pure."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

from moof.ipc import Key
from moof.keyboard import Layout, Stroke, missing_characters, normalized
from moof.server.protocol.keyboard_messages import MAX_MISSING, TextProgress, TextState

MAX_TEXTS: Final = 16
MAX_TEXTS_OF_VIEWER: Final = 4
MAX_TAPS: Final = 2_000
"""Characters of tapped keys that may wait."""


class TextQueueError(Exception):
    """A text that is not accepted; the text says why, for people."""


class TextOwner(Protocol):
    """Who wants a text typed."""

    def text_progress(self, progress: TextProgress) -> None:
        """Take how much has been typed. Called on the event loop, at last with a state other than typing."""


@dataclass(eq=False, slots=True)
class TypedText:
    """A text of one viewer, or characters that the viewer has tapped (without an owner)."""

    viewer: str
    id: str
    owner: TextOwner | None
    characters: str
    """Those that remain to be typed, and all before them; none that cannot be typed."""
    missing: str = ""
    position: int = 0
    reported_at: float = float("-inf")
    """When the progress was reported last, seconds of CLOCK_MONOTONIC."""

    @property
    def finished(self) -> bool:
        """Whether all characters have been typed."""
        return self.position >= len(self.characters)

    def strokes(self, layout: Layout) -> tuple[Stroke, ...]:
        """Return the strokes for the next character; what the layout has lost meanwhile becomes missing."""
        while not self.finished:
            character = self.characters[self.position]
            if strokes := layout.strokes(character):
                return strokes
            self.missing += character if character not in self.missing else ""
            self.characters = self.characters[: self.position] + self.characters[self.position + 1 :]
        return ()

    def report(self, state: TextState, message: str = "") -> None:
        """Report the progress to the owner, if there is one."""
        if self.owner is not None:
            typed, total = self.position, len(self.characters)
            missing = self.missing[:MAX_MISSING]
            self.owner.text_progress(TextProgress(self.id, typed, total, missing, state, message))


@dataclass(eq=False, slots=True)
class WaitingKeys:
    """Keys that a viewer has pressed or released behind characters that it has tapped."""

    viewer: str
    keys: list[Key]


@dataclass(slots=True)
class TextQueue:
    """What waits to be typed, of all viewers.

    Tapped characters come before texts, but those of a viewer whose text is being typed come behind it.
    """

    _taps: deque[TypedText | WaitingKeys] = field(default_factory=deque)
    _texts: deque[TypedText] = field(default_factory=deque)

    def add_text(self, viewer: str, text_id: str, text: str, owner: TextOwner, layout: Layout) -> TypedText:
        """Queue a text and return it. Raises TextQueueError."""
        own = [each for each in self._texts if each.viewer == viewer and each.owner is not None]
        if any(each.id == text_id for each in own):
            raise TextQueueError(f"A text with the id '{text_id}' is being typed already.")
        if len(own) >= MAX_TEXTS_OF_VIEWER or len(self._texts) >= MAX_TEXTS:
            raise TextQueueError("Too many texts wait to be typed.")
        job = _typed_text(viewer, text_id, text, owner, layout)
        self._texts.append(job)
        return job

    def add_tap(self, viewer: str, text: str, layout: Layout) -> str:
        """Queue characters that a viewer has tapped; return those that cannot be typed.

        Raises TextQueueError if too many wait.
        """
        self._check_taps()
        job = _typed_text(viewer, "", text, None, layout)
        if job.characters:
            follows_text = any(each.viewer == viewer for each in self._texts)
            (self._texts if follows_text else self._taps).append(job)
        return job.missing

    def add_keys(self, viewer: str, keys: list[Key]) -> bool:
        """Queue keys behind characters that this viewer has tapped; return False if they need not wait."""
        if not self.has_taps(viewer) or len(self._taps) >= MAX_TAPS:
            return False
        self._taps.append(WaitingKeys(viewer, keys))
        return True

    def has_taps(self, viewer: str) -> bool:
        """Return whether characters wait that a viewer has tapped."""
        return any(each.viewer == viewer for each in self._taps)

    def first(self) -> TypedText | WaitingKeys | None:
        """Return what is to be typed next."""
        waiting = self._taps or self._texts
        return waiting[0] if waiting else None

    def find(self, viewer: str, text_id: str) -> TypedText | None:
        """Return a viewer's text, None if it is not in the queue."""
        own = (each for each in self._texts if each.viewer == viewer and each.owner is not None)
        return next((each for each in own if each.id == text_id), None)

    def remove(self, job: TypedText | WaitingKeys) -> None:
        """Remove what has been typed, or is not to be."""
        if job in self._taps:
            self._taps.remove(job)
        elif isinstance(job, TypedText):
            self._texts.remove(job)

    def of_viewer(self, viewer: str) -> tuple[TypedText | WaitingKeys, ...]:
        """Return all that one viewer has queued."""
        return tuple(each for each in (*self._taps, *self._texts) if each.viewer == viewer)

    def clear(self) -> tuple[TypedText, ...]:
        """Remove all, and return the texts."""
        texts = tuple(self._texts)
        self._taps.clear()
        self._texts.clear()
        return texts

    def _check_taps(self) -> None:
        texts = (each for each in (*self._taps, *self._texts) if isinstance(each, TypedText))
        waiting = sum(len(each.characters) - each.position for each in texts if each.owner is None)
        if waiting + len(self._taps) >= MAX_TAPS:
            raise TextQueueError("Too many characters wait to be typed.")


def _typed_text(viewer: str, text_id: str, text: str, owner: TextOwner | None, layout: Layout) -> TypedText:
    text = normalized(text)
    missing = missing_characters(text, layout)
    return TypedText(viewer, text_id, owner, "".join(each for each in text if each not in missing), missing)

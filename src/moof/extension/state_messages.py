"""The messages about saved states, and their form on the wire (part of messages.py). Sans-IO."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from moof.extension.errors import ExtensionError
from moof.plain_text import plain_text
from moof.sentence import Sentence

MAX_STATE_TEXT: Final = 1000

_SEPARATOR: Final = "\0"
"""Between a sentence and its parts."""
_REQUEST: Final = struct.Struct("<IH")
_RESULT: Final = struct.Struct("<I")


class StateOperation(IntEnum):
    """What an emulator does with a state."""

    SAVE = 1
    """Save the Mac under a new name."""
    LOAD = 2
    """Go on from the state of this name."""
    BACK = 3
    """Go on from the state of a minute ago; once more, from the one before. The name is empty."""


@dataclass(frozen=True, slots=True)
class StateRequest:
    """Server to emulator: `number` (u32) comes back in the answer; one request at a time."""

    number: int
    action: StateOperation
    name: str = ""


@dataclass(frozen=True, slots=True)
class StateResult:
    """Emulator to server: why a request failed, at most 1000 bytes of UTF-8; "" if it did not.

    Of a Sentence its parts travel, too, as far as there is room for them.
    """

    number: int
    error: str = ""


def state_result(number: int, error: str) -> StateResult:
    """Return the answer to a request; an error that is too long is cut.

    What a program has said may be in it, so that it is made plain text.
    """
    text = plain_text(error).encode()[:MAX_STATE_TEXT].decode(errors="ignore")
    if not isinstance(error, Sentence):
        return StateResult(number, text)
    values = {name: plain_text(value) for name, value in error.values.items()}
    return StateResult(number, Sentence.received(text, plain_text(error.sentence), values))


def pack_request(message: StateRequest) -> bytes:
    """Return the body of a request. Raises ExtensionError or struct.error for a value that does not fit."""
    return _REQUEST.pack(message.number, message.action) + _pack_text(message.name)


def pack_result(message: StateResult) -> bytes:
    """Return the body of a result. Raises ExtensionError or struct.error for a value that does not fit."""
    return _RESULT.pack(message.number) + _pack_sentence(message.error)


def unpack_request(body: bytes) -> StateRequest:
    """Return the request in this body. Raises ExtensionError, or struct.error if it is too short."""
    number, action = _REQUEST.unpack_from(body)
    try:
        return StateRequest(number, StateOperation(action), _text(body[_REQUEST.size :]))
    except ValueError as error:
        raise ExtensionError(f"a request for a state has the unknown action {action}") from error


def unpack_result(body: bytes) -> StateResult:
    """Return the result in this body. Raises ExtensionError, or struct.error if it is too short."""
    (number,) = _RESULT.unpack_from(body)
    return StateResult(number, _sentence(_text(body[_RESULT.size :])))


def _pack_sentence(text: str) -> bytes:
    if isinstance(text, Sentence):
        values = (part for pair in text.values.items() for part in pair)
        whole = _SEPARATOR.join((text, text.sentence, *values)).encode()
        if len(whole) <= MAX_STATE_TEXT:
            return whole
    return _pack_text(text)


def _sentence(received: str) -> str:
    """Return a text, a Sentence if its parts follow it: the sentence, then names and values in turns."""
    text, *parts = received.split(_SEPARATOR)
    values = dict(zip(parts[1::2], parts[2::2], strict=False))
    if not values or len(parts) != 1 + 2 * len(values):
        return received
    return Sentence.received(text, parts[0], values)


def _pack_text(text: str) -> bytes:
    return _checked(text.encode())


def _text(data: bytes) -> str:
    try:
        return _checked(data).decode()
    except UnicodeDecodeError as error:
        raise ExtensionError("a text about a state is not UTF-8") from error


def _checked(data: bytes) -> bytes:
    if len(data) > MAX_STATE_TEXT:
        raise ExtensionError(f"a text about a state has {len(data)} bytes, more than {MAX_STATE_TEXT}")
    return data

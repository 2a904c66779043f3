"""Messages that wait until the other side reads: merged, so that their number is bounded. Sans-IO."""

from dataclasses import dataclass, field
from typing import Final

from moof.extension.messages import ExtensionMessage, WheelTurn

_MIN_I16: Final = -0x8000
_MAX_I16: Final = 0x7FFF


@dataclass(slots=True)
class ExtensionOutbox:
    """At most one message of each type: turns of the wheel are added up, otherwise the newest one counts."""

    _waiting: dict[type[ExtensionMessage], ExtensionMessage] = field(default_factory=dict)

    def put(self, message: ExtensionMessage) -> None:
        """Add a message, or merge it into the one of its type."""
        last = self._waiting.get(type(message))
        if isinstance(last, WheelTurn) and isinstance(message, WheelTurn):
            message = WheelTurn(_clamp(last.dx + message.dx), _clamp(last.dy + message.dy))
        self._waiting[type(message)] = message

    def take(self) -> list[ExtensionMessage]:
        """Remove and return all messages."""
        taken = list(self._waiting.values())
        self._waiting.clear()
        return taken

    def __bool__(self) -> bool:
        """Whether a message waits."""
        return bool(self._waiting)


def _clamp(pixels: int) -> int:
    return max(_MIN_I16, min(pixels, _MAX_I16))

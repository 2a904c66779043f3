"""The keys that one viewer holds, and when they are released because its page has fallen silent. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from moof.ipc import Key, Message

KEY_SECONDS: Final = 0.25
"""Seconds without a message after which keys are released: less than the Mac's delay before repeats."""
MODIFIER_SECONDS: Final = 1.0
"""The same for modifiers, which do not repeat."""
_RESUME_SECONDS: Final = 0.1
"""For how long the lists must contain a key released so, until it is pressed again: those that a stall has
delayed arrive at once, with the release of the key behind them."""
COMMAND: Final = 0x37
CAPS_LOCK: Final = 0x39
SHIFTS: Final = frozenset((0x38, 0x7B))
OPTIONS: Final = frozenset((0x3A, 0x7C))
CONTROLS: Final = frozenset((0x36, 0x7D))
"""The key on the left has the lower code; the other one is the separate code of the key on the right."""
_FN: Final = 0x3F
MODIFIERS: Final = SHIFTS | OPTIONS | CONTROLS | {COMMAND, CAPS_LOCK, _FN}


@dataclass(frozen=True, slots=True)
class _Held:
    """What the Mac has down for a key: its ADB code, and whether the key has typed a character."""

    code: int
    typed: bool = False


@dataclass(slots=True)
class HeldKeys:
    """The keys that one viewer holds, by their place: the ADB code of the key on the viewer's keyboard.

    In the Mac, a key is down at its place or, if it has typed a character, where the Mac's layout has that.
    Keys age if the page lists the held ones periodically. `now` is in seconds of CLOCK_MONOTONIC.
    """

    _down: dict[int, _Held] = field(default_factory=dict)
    _aged: dict[int, float] = field(default_factory=dict)
    """Keys released because of their age, and when a list contained them again (infinity: not yet)."""
    _listed: bool = False
    """Whether the page has sent a list; others get no messages while a key is held."""
    _received_at: float = float("-inf")

    @property
    def has_shortcut_modifier(self) -> bool:
        """Whether Command or Control is down: what is typed then is a shortcut, not a text."""
        return not self._down.keys().isdisjoint({COMMAND, *CONTROLS})

    def is_down(self, place: int) -> bool:
        """Return whether the viewer holds this key."""
        return place in self._down

    def set_down(self, place: int, *, down: bool) -> list[Message]:
        """Return the messages for a press or release, none if the key is in that state already."""
        self._aged.pop(place, None)
        if down == (place in self._down):
            return []  # the browser's auto-repeat, or the release of a key that is up already
        if not down:
            return self._release([place])
        before = self._forget_code(place)
        self._down[place] = _Held(place)
        return [*before, Key(place, down=True)]

    def hold_typed(self, place: int, code: int) -> None:
        """Note that this key has typed a character with the key `code`, which stays down like it."""
        self._forget_code(code)
        self._aged.pop(place, None)
        self._down[place] = _Held(code, typed=True)

    def message_received(self, now: float) -> None:
        """Count the time until keys are released from `now` on."""
        self._received_at = now

    def keep_only(self, places: set[int], now: float) -> list[Message]:
        """Release what the page does not list, and press again what it goes on listing after a stall."""
        self._listed = True
        self._aged = {place: min(since, now) for place, since in self._aged.items() if place in places}
        lost = sorted((places & MODIFIERS) - self._down.keys())
        resumed = [place for place, since in self._aged.items() if now - since >= _RESUME_SECONDS]
        messages = self._release(self._down.keys() - places)
        for place in (*lost, *resumed):
            messages += self.set_down(place, down=True)
        return messages

    @property
    def deadline(self) -> float | None:
        """When `age` has something to release unless a message arrives, None for never."""
        aging = self._down.keys() - {CAPS_LOCK}
        if not self._listed or not aging:
            return None
        return self._received_at + (KEY_SECONDS if aging - MODIFIERS else MODIFIER_SECONDS)

    def age(self, now: float) -> list[Message]:
        """Return the releases of keys whose page has sent nothing for too long; caps lock stays."""
        if not self._listed or now < self._received_at + KEY_SECONDS:
            return []
        modifiers_too = now >= self._received_at + MODIFIER_SECONDS
        aged = self._down.keys() - (frozenset((CAPS_LOCK,)) if modifiers_too else MODIFIERS)
        # What typed a character is not pressed again: that would take its modifiers.
        self._aged |= {place: float("inf") for place in aged if not self._down[place].typed}
        return self._release(aged)

    def release_all(self) -> list[Message]:
        """Return the releases of all keys."""
        self._aged.clear()
        return self._release(list(self._down))

    def _forget_code(self, code: int) -> list[Message]:
        """Return the release of a key of the Mac that another place has pressed; its own release is void."""
        return self._release([place for place, held in self._down.items() if held.code == code])

    def _release(self, places: Collection[int]) -> list[Message]:
        codes = sorted(self._down.pop(place).code for place in places)
        return [Key(code, down=False) for code in codes]

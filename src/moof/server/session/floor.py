"""Decides whose mouse and keyboard the Mac has: floor control as conferences have it (RFC 4376). Sans-IO.

The floor is the right to use mouse and keyboard. In the mode `free` everybody who may play has it. In the
other modes it has one holder at a time; others request it and wait in the order of their requests.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol

from moof.server.config.floor_rules import FloorMode, FloorRules

SILENCE_SECONDS: Final = 60.0
"""A holder who has used nothing for so long loses the floor when somebody waits."""


class FloorListener(Protocol):
    """Is informed of the floor."""

    def floor_changed(self, previous: str) -> None:
        """Somebody else has the floor, waits for it, or the rules have changed.

        `previous` has just lost the floor and must hold nothing any more; "" if nobody has.
        """


@dataclass(slots=True)
class _Holder:
    """A viewer with the floor; times are CLOCK_MONOTONIC in seconds."""

    viewer: str
    since: float
    acted_at: float
    waited_since: float | None = None
    """Since when somebody has waited for this holder's floor."""


@dataclass(slots=True)
class Floor:
    """The floor of one Mac. `now` is CLOCK_MONOTONIC in seconds everywhere.

    Viewers who may not play never get here: the caller checks roles.
    """

    rules: FloorRules = field(default_factory=FloorRules)
    _present: set[str] = field(default_factory=set)
    _waiting: list[str] = field(default_factory=list)
    _holder: _Holder | None = None
    _listeners: list[FloorListener] = field(default_factory=list)

    @property
    def holder(self) -> str:
        """The viewer that has the floor, "" for nobody; in the mode `FREE` nobody."""
        return self._holder.viewer if self._holder is not None else ""

    @property
    def waiting(self) -> tuple[str, ...]:
        """The viewers that wait, the first one first."""
        return tuple(self._waiting)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the holder keeps the floor; None while nothing ends it."""
        if self.rules.mode is not FloorMode.QUEUE or self._holder is None or not self._waiting:
            return None
        return max(0.0, self._turn_end(self._holder) - now)

    def add_listener(self, listener: FloorListener) -> None:
        """Inform `listener` of each change from now on."""
        self._listeners.append(listener)

    def join(self, viewer: str) -> None:
        """Count a viewer who may play among those who can get the floor."""
        self._present.add(viewer)

    def leave(self, viewer: str, now: float) -> None:
        """Forget a viewer; its floor goes to whoever waits longest."""
        self._present.discard(viewer)
        self.release(viewer, now)

    def clear(self, now: float) -> None:
        """Let nobody hold the floor or wait."""
        self._waiting.clear()
        self._pass_to("", now)

    def set_rules(self, rules: FloorRules, now: float) -> None:
        """Change the rules; with `FREE` nobody holds the floor or waits."""
        self.rules = rules
        if rules.mode is FloorMode.FREE:
            self.clear(now)
        else:
            self._notify("")

    def admits(self, viewer: str, now: float, *, moves_only: bool) -> bool:
        """Return whether a viewer's input may go to the Mac, and note that it acts.

        A floor that nobody holds goes to whoever presses something; a movement (`moves_only`) takes nothing.
        """
        if self.rules.mode is FloorMode.FREE:
            return True
        if self._holder is None and not moves_only and viewer in self._present:
            self.request(viewer, now)
        if self._holder is None or self._holder.viewer != viewer:
            return False
        self._holder.acted_at = now
        return True

    def request(self, viewer: str, now: float) -> None:
        """Give the floor to a viewer if nobody has it; else the viewer waits."""
        if self.rules.mode is FloorMode.FREE or viewer not in self._present:
            return
        if self._holder is None:
            self._pass_to(viewer, now)
        elif viewer != self._holder.viewer and viewer not in self._waiting:
            self._waiting.append(viewer)
            if self._holder.waited_since is None:
                self._holder.waited_since = now
            self._notify("")

    def release(self, viewer: str, now: float) -> None:
        """Take back a viewer's request, or pass its floor to whoever waits longest."""
        if viewer in self._waiting:
            self._waiting.remove(viewer)
            if not self._waiting and self._holder is not None:
                self._holder.waited_since = None
            self._notify("")
        elif viewer == self.holder:
            self._pass_on(now)

    def give(self, viewer: str, now: float) -> None:
        """Pass the floor to this viewer, whoever has it; unknown viewers are ignored."""
        if self.rules.mode is not FloorMode.FREE and viewer in self._present and viewer != self.holder:
            self._pass_to(viewer, now)

    def review(self, now: float) -> None:
        """Pass the floor on if somebody waits and the holder is silent or its time is over. Call it often."""
        holder = self._holder
        if holder is None or not self._waiting:
            return
        silent = now - max(holder.acted_at, holder.waited_since or holder.since) >= SILENCE_SECONDS
        if silent or (self.rules.mode is FloorMode.QUEUE and now >= self._turn_end(holder)):
            self._pass_on(now)

    def _turn_end(self, holder: _Holder) -> float:
        return holder.since + 60.0 * self.rules.turn_minutes

    def _pass_on(self, now: float) -> None:
        self._pass_to(self._waiting[0] if self._waiting else "", now)

    def _pass_to(self, viewer: str, now: float) -> None:
        previous = self.holder
        if viewer in self._waiting:
            self._waiting.remove(viewer)
        waited_since = now if self._waiting else None
        self._holder = _Holder(viewer, now, now, waited_since) if viewer else None
        self._notify(previous)

    def _notify(self, previous: str) -> None:
        for listener in self._listeners:
            listener.floor_changed(previous)

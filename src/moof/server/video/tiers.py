"""Which viewers of one codec share a rendition when their networks differ. Pure; `now` is in seconds.

A rendition follows the slowest of its viewers, so one on a bad line would spoil the picture of all. Whoever
has less than a third of what the best one has goes one tier down, and with less than a ninth two: nobody gets
less than a third of what its line takes, and there are never more than three encoders for a codec. Moving
costs a key frame, so it takes a while of being in the wrong tier; a viewer alone never moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from moof.server.viewers import Viewer

TIERS: Final = 3
_STEP: Final = 3.0
_COMFORTABLE: Final = 10e6
"""Bits a second; what a line has beyond that makes no difference."""
_PATIENCE: Final = 2.0


@dataclass(slots=True)
class _Assignment:
    tier: int
    wrong_since: float | None = None


class Tiers:
    """Remembers each viewer's tier, 0 for the best lines."""

    def __init__(self) -> None:
        self._places: dict[str, _Assignment] = {}

    def assign(self, viewers: Iterable[Viewer], now: float) -> dict[str, int]:
        """Return everybody's tier, by id; who isn't there any more is forgotten."""
        present = tuple(viewers)
        rates = {viewer.id: min(viewer.bandwidth, _COMFORTABLE) for viewer in present}
        best: dict[str, float] = {}
        for viewer in present:
            best[viewer.codec] = max(best.get(viewer.codec, 0.0), rates[viewer.id])
        places = {viewer.id: self._places.get(viewer.id) or _Assignment(0) for viewer in present}
        for viewer in present:
            _move(places[viewer.id], _tier(rates[viewer.id], best[viewer.codec]), now)
        self._places = places
        return {viewer_id: place.tier for viewer_id, place in places.items()}


def _tier(rate: float, best: float) -> int:
    return sum(rate * _STEP**tier < best for tier in range(1, TIERS))


def _move(place: _Assignment, tier: int, now: float) -> None:
    if tier == place.tier:
        place.wrong_since = None
    elif place.wrong_since is None:
        place.wrong_since = now
    elif now - place.wrong_since >= _PATIENCE:
        place.tier, place.wrong_since = tier, None

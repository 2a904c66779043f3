"""Who gets what of a picture: the renditions in use and the viewers that they serve."""

from collections.abc import Iterable

from moof.geometry import EMPTY, Rect
from moof.server.viewers import Viewer

from .rendition import EncodeJob, EncoderStats, OutgoingFrame, Rendition, RenditionMaker
from .tiers import Tiers

_Key = tuple[str, int]
"""What viewers of one rendition have in common: codec and tier."""


class RenditionFanout:
    """Keeps one rendition for each codec and tier that somebody watches, and none for the others."""

    def __init__(self, make: RenditionMaker) -> None:
        self._make = make
        self._tiers = Tiers()
        self._renditions: dict[_Key, Rendition] = {}
        self._watching: dict[str, tuple[Viewer, _Key]] = {}
        self._size = (0, 0)
        self.stats: dict[str, EncoderStats] = {}
        """By codec (and tier, below the first), of the renditions in use."""

    def update(self, viewers: Iterable[Viewer], lost: frozenset[str], now: float) -> None:
        """Bring renditions up to date with who is here; those that aren't ready yet are left out.

        Newcomers, and those that changed their codec or tier, are owed a whole picture, and so are the ids in
        `lost`. `now` is in seconds, CLOCK_MONOTONIC.
        """
        before, ready = self._watching, [viewer for viewer in viewers if viewer.ready]
        tiers = self._tiers.assign(ready, now)
        self._watching = {viewer.id: (viewer, (viewer.codec, tiers[viewer.id])) for viewer in ready}
        for viewer_id, (viewer, key) in before.items():
            if self._watching.get(viewer_id) != (viewer, key):
                self._renditions[key].remove_viewer(viewer_id)
        self._close_unwatched()
        for viewer_id, (viewer, key) in self._watching.items():
            if before.get(viewer_id) != (viewer, key):
                self._rendition(key).add_viewer(viewer_id)
            elif viewer_id in lost:
                self._rendition(key).request_keyframe(viewer_id)

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Note what changed on the framebuffer, for all who watch it."""
        self._size = size
        for rendition in self._renditions.values():
            rendition.mark_changed(changed, size)

    @property
    def in_use(self) -> bool:
        """Whether anybody watches."""
        return bool(self._renditions)

    def due_at(self) -> float | None:
        """Return when something is to be sent (CLOCK_MONOTONIC; in the past: now), None for never."""
        times = [rendition.due_at() for rendition in self._renditions.values()]
        return min((at for at in times if at is not None), default=None)

    def encode(self, picture: EncodeJob) -> list[OutgoingFrame]:
        """Encode what is due, once for all who share it, and return everybody's deliveries."""
        deliveries: list[OutgoingFrame] = []
        for key, rendition in self._renditions.items():
            members = [viewer for viewer, watched in self._watching.values() if watched == key]
            deliveries += rendition.encode(picture, members)
        return deliveries

    def close(self) -> None:
        """Give all encoders back."""
        self._watching = {}
        self._close_unwatched()

    def _rendition(self, key: _Key) -> Rendition:
        if key not in self._renditions:
            rendition = self._make(key[0])
            rendition.mark_changed(EMPTY, self._size)
            self._renditions[key] = rendition
            self.stats[_name(key)] = rendition.stats
        return self._renditions[key]

    def _close_unwatched(self) -> None:
        for key in set(self._renditions) - {key for _, key in self._watching.values()}:
            self._renditions.pop(key).close()
            del self.stats[_name(key)]


def _name(key: _Key) -> str:
    codec, tier = key
    return f"{codec} tier {tier + 1}" if tier else codec

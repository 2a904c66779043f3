"""Who gets what of a picture: the renditions in use and the viewers that they serve."""

from collections.abc import Iterable

from moof.media.raster import Box

from .audience import ViewerPort
from .rendition import Delivery, Figures, Picture, Rendition, RenditionMaker


class Distribution:
    """Keeps one rendition for each codec that somebody watches, and none for the others."""

    def __init__(self, make: RenditionMaker) -> None:
        self._make = make
        self._renditions: dict[str, Rendition] = {}
        self._watching: dict[str, tuple[ViewerPort, str]] = {}
        self._size = (0, 0)
        self.figures: dict[str, Figures] = {}
        """By codec, of the renditions in use."""

    def admit(self, viewers: Iterable[ViewerPort], lost: frozenset[str]) -> None:
        """Bring renditions up to date with who is here; those that aren't ready yet are left out.

        Newcomers, and those that changed their codec, are owed a whole picture, and so are the ids in `lost`.
        """
        before = self._watching
        self._watching = {viewer.id: (viewer, viewer.codec) for viewer in viewers if viewer.ready}
        for viewer_id, (viewer, codec) in before.items():
            if self._watching.get(viewer_id) != (viewer, codec):
                self._renditions[codec].farewell(viewer_id)
        self._close_unwatched()
        for viewer_id, (viewer, codec) in self._watching.items():
            if before.get(viewer_id) != (viewer, codec):
                self._rendition(codec).welcome(viewer_id)
            elif viewer_id in lost:
                self._rendition(codec).lost(viewer_id)

    def changed(self, box: Box | None, size: tuple[int, int]) -> None:
        """Note what changed on the screen, for all who watch it."""
        self._size = size
        for rendition in self._renditions.values():
            rendition.changed(box, size)

    @property
    def in_use(self) -> bool:
        """Whether anybody watches."""
        return bool(self._renditions)

    def due_at(self) -> float | None:
        """Return when something is to be sent (CLOCK_MONOTONIC; in the past: now), None for never."""
        times = [rendition.due_at() for rendition in self._renditions.values()]
        return min((at for at in times if at is not None), default=None)

    def share(self, picture: Picture) -> list[Delivery]:
        """Encode what is due, once for all who share it, and return everybody's deliveries."""
        deliveries: list[Delivery] = []
        for name, rendition in self._renditions.items():
            members = [viewer for viewer, codec in self._watching.values() if codec == name]
            deliveries += rendition.share(picture, members)
        return deliveries

    def close(self) -> None:
        """Give all encoders back."""
        self._watching = {}
        self._close_unwatched()

    def _rendition(self, codec: str) -> Rendition:
        if codec not in self._renditions:
            rendition = self._make(codec)
            rendition.changed(None, self._size)
            self._renditions[codec] = rendition
            self.figures[codec] = rendition.figures
        return self._renditions[codec]

    def _close_unwatched(self) -> None:
        for codec in set(self._renditions) - {codec for _, codec in self._watching.values()}:
            self._renditions.pop(codec).close()
            del self.figures[codec]

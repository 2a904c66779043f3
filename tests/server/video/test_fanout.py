"""Which renditions are in use and whom they serve."""

from collections.abc import Sequence
from typing import Any

from moof.media.raster import Box
from moof.server.protocol.frame_info import FrameInfo
from moof.server.video.fanout import Distribution
from moof.server.video.framebuffer import Screen
from moof.server.video.rendition import Delivery, Figures, Picture
from moof.server.viewers import ViewerPort

NOBODY: frozenset[str] = frozenset()


class Ledger:
    """A rendition that writes down what it is told."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.figures = Figures()
        self.entries: list[Any] = []
        self.closed = False
        self.due: float | None = None

    def welcome(self, viewer_id: str) -> None:
        self.entries.append(("welcome", viewer_id))

    def lost(self, viewer_id: str) -> None:
        self.entries.append(("lost", viewer_id))

    def farewell(self, viewer_id: str) -> None:
        self.entries.append(("farewell", viewer_id))

    def changed(self, box: Box | None, size: tuple[int, int]) -> None:
        self.entries.append((box, size))

    def due_at(self) -> float | None:
        return self.due

    def share(self, picture: Picture, viewers: Sequence[ViewerPort]) -> list[Delivery]:
        return [Delivery(viewer, picture.info) for viewer in viewers]

    def close(self) -> None:
        self.closed = True


class House:
    """A distribution and every rendition it made."""

    def __init__(self) -> None:
        self.made: list[Ledger] = []
        self.distribution = Distribution(self.make)

    def make(self, codec: str) -> Ledger:
        self.made.append(Ledger(codec))
        return self.made[-1]

    def admit(self, *viewers: Any, lost: frozenset[str] = NOBODY, now: float = 0.0) -> None:
        self.distribution.admit(viewers, lost, now)


def test_nothing_is_made_for_nobody() -> None:
    house = House()
    house.admit()
    house.distribution.changed((0, 0, 1, 1), (8, 8))
    assert house.made == []
    assert not house.distribution.in_use
    assert house.distribution.due_at() is None


def test_one_rendition_for_each_codec_in_use(make_viewer: Any) -> None:
    house = House()
    house.distribution.changed(None, (8, 8))
    house.admit(make_viewer(id="a"), make_viewer(id="b"), make_viewer(id="c", codec="png"))
    assert {rendition.codec for rendition in house.made} == {"h264", "png"}
    assert house.made[0].entries == [(None, (8, 8)), ("welcome", "a"), ("welcome", "b")]
    assert set(house.distribution.figures) == {"h264", "png"}


def test_who_is_not_ready_is_not_served(make_viewer: Any) -> None:
    house = House()
    viewer = make_viewer(ready=False)
    house.admit(viewer)
    assert not house.distribution.in_use
    viewer.ready = True
    house.admit(viewer)
    assert ("welcome", viewer.id) in house.made[0].entries


def test_viewers_are_welcomed_once(make_viewer: Any) -> None:
    house = House()
    viewer = make_viewer()
    for _ in range(3):
        house.admit(viewer)
    assert house.made[0].entries.count(("welcome", viewer.id)) == 1


def test_who_came_back_under_the_same_name_is_a_newcomer(make_viewer: Any) -> None:
    house = House()
    house.admit(make_viewer(id="a"))
    house.admit(make_viewer(id="a"))
    assert house.made[0].entries[1:] == [("welcome", "a"), ("farewell", "a"), ("welcome", "a")]


def test_a_loss_is_passed_on(make_viewer: Any) -> None:
    house = House()
    viewer = make_viewer(id="a")
    house.admit(viewer)
    house.admit(viewer, lost=frozenset({"a", "long gone"}))
    assert house.made[0].entries[-1] == ("lost", "a")


def test_changing_the_codec_disturbs_nobody_else(make_viewer: Any) -> None:
    house = House()
    stays, changes = make_viewer(id="stays"), make_viewer(id="changes")
    house.admit(stays, changes)
    changes.codec = "png"
    house.admit(stays, changes)
    assert [rendition.codec for rendition in house.made] == ["h264", "png"]
    assert house.made[0].entries[-1] == ("farewell", "changes")
    assert not house.made[0].closed
    assert house.made[1].entries[-1] == ("welcome", "changes")


def test_a_slow_line_gets_a_rendition_of_its_own(make_viewer: Any) -> None:
    house = House()
    fast, slow = make_viewer(id="fast"), make_viewer(id="slow", bandwidth=1e6)
    house.admit(fast, slow)
    house.admit(fast, slow, now=3.0)
    assert [rendition.codec for rendition in house.made] == ["h264", "h264"]
    assert house.made[0].entries[-1] == ("farewell", "slow")
    assert house.made[1].entries[-1] == ("welcome", "slow")
    assert set(house.distribution.figures) == {"h264", "h264 tier 3"}


def test_a_rendition_without_viewers_is_closed(make_viewer: Any) -> None:
    house = House()
    house.admit(make_viewer())
    house.admit()
    assert house.made[0].closed
    assert house.distribution.figures == {}
    house.admit(make_viewer())
    assert len(house.made) == 2


def test_changes_and_due_times_of_all(make_viewer: Any) -> None:
    house = House()
    house.admit(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    house.distribution.changed((1, 2, 3, 4), (8, 8))
    assert all(rendition.entries[-1] == ((1, 2, 3, 4), (8, 8)) for rendition in house.made)
    house.made[0].due, house.made[1].due = 7.0, 5.0
    assert house.distribution.due_at() == 5.0


def test_each_gets_the_share_of_its_codec(make_viewer: Any) -> None:
    house = House()
    viewers = [make_viewer(id="a"), make_viewer(id="b", codec="png"), make_viewer(id="c")]
    house.admit(*viewers)
    picture = Picture(Screen(), FrameInfo(8, 8, 0, 0, False, 0, 0), now=0.0)
    assert {delivery.viewer.id for delivery in house.distribution.share(picture)} == {"a", "b", "c"}


def test_closing_closes_all(make_viewer: Any) -> None:
    house = House()
    house.admit(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    house.distribution.close()
    assert all(rendition.closed for rendition in house.made)

"""Which renditions are in use and whom they serve."""

from collections.abc import Sequence
from typing import Any

from moof.geometry import EMPTY, Rect
from moof.server.protocol.frame_info import FrameInfo
from moof.server.video.fanout import RenditionFanout
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.rendition import EncodeJob, EncoderStats, OutgoingFrame
from moof.server.viewers import Viewer

NOBODY: frozenset[str] = frozenset()


class Ledger:
    """A rendition that writes down what it is told."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.stats = EncoderStats()
        self.entries: list[Any] = []
        self.closed = False
        self.due: float | None = None

    def add_viewer(self, viewer_id: str) -> None:
        self.entries.append(("welcome", viewer_id))

    def request_keyframe(self, viewer_id: str) -> None:
        self.entries.append(("lost", viewer_id))

    def remove_viewer(self, viewer_id: str) -> None:
        self.entries.append(("farewell", viewer_id))

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        self.entries.append((changed, size))

    def due_at(self) -> float | None:
        return self.due

    def encode(self, picture: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        return [OutgoingFrame(viewer, picture.info) for viewer in viewers]

    def close(self) -> None:
        self.closed = True


class House:
    """A fanout and every rendition it made."""

    def __init__(self) -> None:
        self.made: list[Ledger] = []
        self.fanout = RenditionFanout(self.make)

    def make(self, codec: str) -> Ledger:
        self.made.append(Ledger(codec))
        return self.made[-1]

    def update(self, *viewers: Any, lost: frozenset[str] = NOBODY, now: float = 0.0) -> None:
        self.fanout.update(viewers, lost, now)


def test_nothing_is_made_for_nobody() -> None:
    context = House()
    context.update()
    context.fanout.mark_changed(Rect(0, 0, 1, 1), (8, 8))
    assert context.made == []
    assert not context.fanout.in_use
    assert context.fanout.due_at() is None


def test_one_rendition_for_each_codec_in_use(make_viewer: Any) -> None:
    context = House()
    context.fanout.mark_changed(EMPTY, (8, 8))
    context.update(make_viewer(id="a"), make_viewer(id="b"), make_viewer(id="c", codec="png"))
    assert {rendition.codec for rendition in context.made} == {"h264", "png"}
    assert context.made[0].entries == [(EMPTY, (8, 8)), ("welcome", "a"), ("welcome", "b")]
    assert set(context.fanout.stats) == {"h264", "png"}


def test_who_is_not_ready_is_not_served(make_viewer: Any) -> None:
    context = House()
    viewer = make_viewer(ready=False)
    context.update(viewer)
    assert not context.fanout.in_use
    viewer.ready = True
    context.update(viewer)
    assert ("welcome", viewer.id) in context.made[0].entries


def test_viewers_are_welcomed_once(make_viewer: Any) -> None:
    context = House()
    viewer = make_viewer()
    for _ in range(3):
        context.update(viewer)
    assert context.made[0].entries.count(("welcome", viewer.id)) == 1


def test_who_came_back_under_the_same_name_is_a_newcomer(make_viewer: Any) -> None:
    context = House()
    context.update(make_viewer(id="a"))
    context.update(make_viewer(id="a"))
    assert context.made[0].entries[1:] == [("welcome", "a"), ("farewell", "a"), ("welcome", "a")]


def test_a_loss_is_passed_on(make_viewer: Any) -> None:
    context = House()
    viewer = make_viewer(id="a")
    context.update(viewer)
    context.update(viewer, lost=frozenset({"a", "long gone"}))
    assert context.made[0].entries[-1] == ("lost", "a")


def test_changing_the_codec_disturbs_nobody_else(make_viewer: Any) -> None:
    context = House()
    stays, changes = make_viewer(id="stays"), make_viewer(id="changes")
    context.update(stays, changes)
    changes.codec = "png"
    context.update(stays, changes)
    assert [rendition.codec for rendition in context.made] == ["h264", "png"]
    assert context.made[0].entries[-1] == ("farewell", "changes")
    assert not context.made[0].closed
    assert context.made[1].entries[-1] == ("welcome", "changes")


def test_a_slow_line_gets_a_rendition_of_its_own(make_viewer: Any) -> None:
    context = House()
    fast, slow = make_viewer(id="fast"), make_viewer(id="slow", bandwidth=1e6)
    context.update(fast, slow)
    context.update(fast, slow, now=3.0)
    assert [rendition.codec for rendition in context.made] == ["h264", "h264"]
    assert context.made[0].entries[-1] == ("farewell", "slow")
    assert context.made[1].entries[-1] == ("welcome", "slow")
    assert set(context.fanout.stats) == {"h264", "h264 tier 3"}


def test_a_rendition_without_viewers_is_closed(make_viewer: Any) -> None:
    context = House()
    context.update(make_viewer())
    context.update()
    assert context.made[0].closed
    assert context.fanout.stats == {}
    context.update(make_viewer())
    assert len(context.made) == 2


def test_changes_and_due_times_of_all(make_viewer: Any) -> None:
    context = House()
    context.update(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    context.fanout.mark_changed(Rect(1, 2, 3, 4), (8, 8))
    assert all(rendition.entries[-1] == ((1, 2, 3, 4), (8, 8)) for rendition in context.made)
    context.made[0].due, context.made[1].due = 7.0, 5.0
    assert context.fanout.due_at() == 5.0


def test_each_gets_the_share_of_its_codec(make_viewer: Any) -> None:
    context = House()
    viewers = [make_viewer(id="a"), make_viewer(id="b", codec="png"), make_viewer(id="c")]
    context.update(*viewers)
    picture = EncodeJob(ShadowFramebuffer(), FrameInfo(8, 8, 0, 0, False, 0, 0), now=0.0)
    assert {delivery.viewer.id for delivery in context.fanout.encode(picture)} == {"a", "b", "c"}


def test_closing_closes_all(make_viewer: Any) -> None:
    context = House()
    context.update(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    context.fanout.close()
    assert all(rendition.closed for rendition in context.made)

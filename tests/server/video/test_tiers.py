"""Who shares a rendition with whom."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from moof.server.video.tiers import TIERS, Tiers

ENOUGH = 2.0


def settled(*viewers: Any) -> dict[str, int]:
    tiers = Tiers()
    tiers.assign(viewers, 0.0)
    return tiers.assign(viewers, ENOUGH)


def test_a_viewer_alone_stays_whatever_its_line_does(make_viewer: Any) -> None:
    viewer, tiers = make_viewer(id="a"), Tiers()
    for now, viewer.bandwidth in enumerate([50e6, 1e5, 50e6, 3e6] * 4):
        assert tiers.assign([viewer], now * ENOUGH) == {"a": 0}


def test_a_slow_line_does_not_drag_the_others_down(make_viewer: Any) -> None:
    viewers = [make_viewer(id=name, bandwidth=rate) for name, rate in [("a", 5e7), ("b", 5e6), ("c", 1e6)]]
    assert settled(*viewers) == {"a": 0, "b": 0, "c": 2}
    viewers[2].bandwidth = 3e6
    assert settled(*viewers) == {"a": 0, "b": 0, "c": 1}


def test_beyond_comfortable_nobody_is_slow(make_viewer: Any) -> None:
    assert settled(make_viewer(id="a", bandwidth=5e7), make_viewer(id="b", bandwidth=9e6)) == {"a": 0, "b": 0}


def test_codecs_have_their_own_best_line(make_viewer: Any) -> None:
    assert settled(make_viewer(id="a"), make_viewer(id="b", codec="vp9", bandwidth=1e6)) == {"a": 0, "b": 0}


def test_a_short_dip_moves_nobody(make_viewer: Any) -> None:
    fast, slow, tiers = make_viewer(id="fast"), make_viewer(id="slow"), Tiers()
    for now, slow.bandwidth in enumerate([5e7, 1e6, 5e7, 1e6, 5e7]):
        assert tiers.assign([fast, slow], now * 1.9)["slow"] == 0


@given(st.lists(st.floats(1e5, 5e7), min_size=1, max_size=8))
def test_nobody_gets_less_than_a_third_of_its_line_but_in_the_last_tier(rates: list[float]) -> None:
    class Viewer:
        codec = "h264"

        def __init__(self, viewer_id: str, bandwidth: float) -> None:
            self.id, self.bandwidth = viewer_id, bandwidth

    viewers: list[Any] = [Viewer(str(number), rate) for number, rate in enumerate(rates)]
    tiers = settled(*viewers)
    for viewer in viewers:
        shared = min(other.bandwidth for other in viewers if tiers[other.id] == tiers[viewer.id])
        if tiers[viewer.id] < TIERS - 1:
            assert shared >= min(viewer.bandwidth, 10e6) / 3 * 0.999

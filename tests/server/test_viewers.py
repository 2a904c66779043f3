"""Viewers added, removed and requesting key frames."""

import select
from typing import Any

import pytest

from moof.server.viewers import ViewerRegistry
from moof.server.wakeup import Wakeup


@pytest.fixture
def viewers() -> ViewerRegistry:
    return ViewerRegistry()


def test_viewers_are_added_and_removed(viewers: ViewerRegistry, make_viewer: Any) -> None:
    first, second = make_viewer(id="a"), make_viewer(id="b")
    viewers.add(first)
    viewers.add(second)
    viewers.add(first)
    assert viewers.present() == (second, first)
    viewers.remove(first)
    viewers.remove(first)
    assert viewers.present() == (second,)


def test_keyframe_requests_are_taken_once_and_removed_with_their_viewer(
    viewers: ViewerRegistry, make_viewer: Any
) -> None:
    stays, goes = make_viewer(id="stays"), make_viewer(id="goes")
    for viewer in (stays, goes):
        viewers.add(viewer)
        viewers.request_keyframe(viewer)
    viewers.remove(goes)
    assert viewers.take_keyframe_requests() == {"stays"}
    assert viewers.take_keyframe_requests() == frozenset()


def test_set_codec_changes_one_viewers_codec(viewers: ViewerRegistry, make_viewer: Any) -> None:
    viewer = make_viewer()
    viewers.set_codec(viewer, "png")
    assert viewer.codec == "png"


@pytest.mark.parametrize("event", ["add", "remove", "request_keyframe", "wake"])
def test_every_event_signals_attached_wakeups_only(
    viewers: ViewerRegistry, make_viewer: Any, event: str
) -> None:
    def trigger() -> None:
        getattr(viewers, event)(*([] if event == "wake" else [make_viewer()]))

    with Wakeup() as wakeup:
        viewers.attach(wakeup)
        trigger()
        assert select.select([wakeup], [], [], 0)[0]
        wakeup.clear()
        viewers.detach(wakeup)
        trigger()
        assert not select.select([wakeup], [], [], 0)[0]

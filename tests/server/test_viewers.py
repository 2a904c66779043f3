"""Joining, leaving, wishing."""

import select
from typing import Any

import pytest

from moof.server.viewers import Audience
from moof.server.wakeup import Wakeup


@pytest.fixture
def audience() -> Audience:
    return Audience()


def test_viewers_come_and_go(audience: Audience, make_viewer: Any) -> None:
    first, second = make_viewer(id="a"), make_viewer(id="b")
    audience.join(first)
    audience.join(second)
    audience.join(first)
    assert audience.viewers() == (second, first)
    audience.leave(first)
    audience.leave(first)
    assert audience.viewers() == (second,)


def test_wishes_are_taken_once_and_leave_with_their_viewer(audience: Audience, make_viewer: Any) -> None:
    stays, goes = make_viewer(id="stays"), make_viewer(id="goes")
    for viewer in (stays, goes):
        audience.join(viewer)
        audience.want_key(viewer)
    audience.leave(goes)
    assert audience.take_key_wanted() == {"stays"}
    assert audience.take_key_wanted() == frozenset()


def test_the_codec_is_the_viewers_own(audience: Audience, make_viewer: Any) -> None:
    viewer = make_viewer()
    audience.set_codec(viewer, "png")
    assert viewer.codec == "png"


@pytest.mark.parametrize("event", ["join", "leave", "want_key", "wake"])
def test_every_event_wakes_those_who_serve(audience: Audience, make_viewer: Any, event: str) -> None:
    def happen() -> None:
        getattr(audience, event)(*([] if event == "wake" else [make_viewer()]))

    with Wakeup() as wakeup:
        audience.attach(wakeup)
        happen()
        assert select.select([wakeup], [], [], 0)[0]
        wakeup.clear()
        audience.detach(wakeup)
        happen()
        assert not select.select([wakeup], [], [], 0)[0]

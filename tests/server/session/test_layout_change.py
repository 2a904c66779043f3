"""A layout is requested when the Mac has read its keys, and waited for, within limits."""

import pytest

from moof.keyboard import LayoutError
from moof.server.session.layout_change import LayoutChange
from moof.server.session.layout_control import LayoutControl
from support.recording_extension import RecordingExtension


def scene(layout: str | None = "us", unread: int | None = 0) -> tuple[LayoutChange, RecordingExtension]:
    extension = RecordingExtension(layout=layout, unread=unread)
    return LayoutChange(LayoutControl("us", extension), extension), extension


def test_without_a_change_nothing_is_waited_for() -> None:
    change, _ = scene()
    assert change.wait(0.0) == 0.0


def test_the_request_waits_for_unread_keys_and_the_text_for_the_layout() -> None:
    change, extension = scene(unread=3)
    change.want("german")
    assert change.wait(0.0) > 0.0
    assert extension.requested == []
    extension.set_unread(0)
    assert change.wait(0.1) > 0.0
    assert change.wait(0.2) > 0.0
    assert extension.requested == ["german"]
    extension.set_layout("german")
    assert change.wait(0.3) == 0.0


def test_a_mac_that_keeps_its_layout_is_not_waited_for_endlessly() -> None:
    change, extension = scene()
    change.want("german")
    assert change.wait(0.0) > 0.0
    assert change.wait(2.0) == 0.0
    assert extension.requested == ["german"]


def test_an_assumption_changes_at_once() -> None:
    change, extension = scene(layout=None, unread=3)
    change.want("german")
    assert change.wait(0.0) == 0.0
    assert extension.requested == []


@pytest.mark.parametrize("layout", [None, "us"])
def test_an_unknown_layout_is_refused(layout: str | None) -> None:
    with pytest.raises(LayoutError):
        scene(layout)[0].want("klingon")

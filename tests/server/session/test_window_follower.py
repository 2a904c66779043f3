"""Whose window the Mac's screen follows."""

import pytest

from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.protocol.messages import SignalingError
from moof.server.protocol.window_messages import WindowRequest, WindowStatus
from moof.server.session.floor import Floor
from moof.server.session.window_follower import NOT_FOLLOWABLE, WindowFollower, WindowPages
from support.recording_extension import RecordingExtension


class Pages(WindowPages):
    """Keeps what pages are sent."""

    def __init__(self) -> None:
        self.followable: list[bool] = []

    def window_status_changed(self, status: WindowStatus) -> None:
        self.followable.append(status.followable)


def test_the_last_viewer_who_asks_is_followed_until_it_ends() -> None:
    extension = RecordingExtension(follows=True)
    follower = WindowFollower(extension)
    follower.process("a", WindowRequest(800, 600))
    follower.process("b", WindowRequest(1400, 900))
    follower.process("a", WindowRequest(0, 0))
    follower.leave("a")
    assert extension.window_sizes == [(800, 600), (1400, 900)]
    follower.leave("b")
    follower.leave("b")
    assert extension.window_sizes[2:] == [(0, 0)]


def test_another_emulator_follows_the_same_window_and_pages_are_told() -> None:
    extension, pages = RecordingExtension(follows=True), Pages()
    follower = WindowFollower(extension)
    follower.add_pages(pages)
    follower.window_changed()
    follower.process("a", WindowRequest(800, 600))
    extension.follows = False
    follower.window_changed()
    extension.follows = True
    follower.window_changed()
    assert extension.window_sizes == [(800, 600), (800, 600)]
    assert pages.followable == [True, False, True]


def test_an_emulator_that_cannot_is_an_error() -> None:
    follower = WindowFollower()
    assert follower.status == WindowStatus(followable=False)
    with pytest.raises(SignalingError, match=NOT_FOLLOWABLE):
        follower.process("a", WindowRequest(800, 600))


def followed(
    *viewers: str, mode: FloorMode = FloorMode.REQUEST
) -> tuple[Floor, RecordingExtension, WindowFollower]:
    """Return a floor that these viewers can get, and what follows its holder's window."""
    floor, extension = Floor(FloorRules(mode)), RecordingExtension(follows=True)
    for viewer in viewers:
        floor.join(viewer)
    return floor, extension, WindowFollower(extension, floor)


def test_only_the_holder_of_the_floor_changes_the_screen() -> None:
    floor, extension, follower = followed("a", "b")
    follower.process("a", WindowRequest(800, 600))
    assert (extension.window_sizes, floor.holder) == ([], "")
    floor.request("a", now=1.0)
    follower.process("b", WindowRequest(1400, 900))
    follower.process("b", WindowRequest(1500, 900))
    assert extension.window_sizes == [(800, 600)]
    floor.give("b", now=2.0)
    assert extension.window_sizes == [(800, 600), (1500, 900)]
    follower.process("a", WindowRequest(0, 0))
    follower.leave("a")
    assert extension.window_sizes == [(800, 600), (1500, 900)]


def test_a_holder_who_has_not_asked_gets_the_macs_own_size() -> None:
    floor, extension, follower = followed("a", "b")
    floor.request("a", now=1.0)
    follower.process("a", WindowRequest(800, 600))
    floor.give("b", now=2.0)
    floor.give("a", now=3.0)
    assert extension.window_sizes == [(800, 600), (0, 0), (800, 600)]


def test_the_screen_stays_while_nobody_has_the_floor() -> None:
    floor, extension, follower = followed("a", "b")
    floor.request("a", now=1.0)
    follower.process("a", WindowRequest(800, 600))
    floor.release("a", now=2.0)
    follower.process("a", WindowRequest(1024, 768))
    follower.process("b", WindowRequest(640, 480))
    assert extension.window_sizes == [(800, 600)]
    floor.request("a", now=3.0)
    assert extension.window_sizes == [(800, 600), (1024, 768)]
    floor.release("a", now=4.0)
    follower.leave("a")
    assert extension.window_sizes[2:] == [(0, 0)]


def test_a_change_of_the_rules_changes_no_screen() -> None:
    floor, extension, follower = followed("a", "b", mode=FloorMode.FREE)
    follower.process("a", WindowRequest(800, 600))
    floor.set_rules(FloorRules(FloorMode.QUEUE), now=1.0)
    floor.set_rules(FloorRules(FloorMode.FREE), now=2.0)
    assert extension.window_sizes == [(800, 600)]
    follower.process("b", WindowRequest(640, 480))
    assert extension.window_sizes[1:] == [(640, 480)]

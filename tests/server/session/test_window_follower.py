"""Whose window the Mac's screen follows."""

import pytest

from moof.server.protocol.messages import SignalingError
from moof.server.protocol.window_messages import WindowRequest, WindowStatus
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

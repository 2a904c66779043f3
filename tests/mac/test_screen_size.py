"""The screen in the size of a window: which size, when it comes back, and what the free ROM makes of it."""

import pytest

from moof.mac.adb import ScreenSizeEvent
from moof.mac.headless import HeadlessMac
from moof.mac.screen_size import fitting_size
from moof.mac.video_card import VideoMode


@pytest.mark.parametrize(
    ("window", "size"),
    [
        ((1366, 657), (832, 624)),
        ((2560, 1300), (1920, 1080)),
        ((820, 1180), (640, 480)),
        ((1024, 768), (1024, 768)),
        ((320, 568), (512, 342)),
        ((1, 0xFFFF), (512, 342)),
    ],
)
def test_the_largest_size_that_fits_is_chosen(window: tuple[int, int], size: tuple[int, int]) -> None:
    assert fitting_size(*window) == size


def test_requests_that_wait_are_one(mac: HeadlessMac) -> None:
    for width in (700, 900, 1100):
        mac.board.screen_size.follow(width, 800)
    mac.board.adb.key(0, True)
    assert mac.board.adb.read() == ScreenSizeEvent(1024, 768)


def test_without_a_request_there_is_nothing_to_end(mac: HeadlessMac) -> None:
    mac.board.screen_size.follow(0, 0)
    assert mac.board.adb.read() is None


def test_a_reset_keeps_the_size_of_the_window(mac: HeadlessMac) -> None:
    mac.board.screen_size.follow(700, 500)
    assert mac.board.screen_size.apply(VideoMode(1024, 768, 8)) == VideoMode(640, 480, 8)
    mac.board.reset()
    assert mac.board.video.mode == VideoMode(640, 480, 8)
    mac.board.screen_size.follow(0, 0)
    assert mac.board.adb.read() == ScreenSizeEvent(1024, 768)


def test_a_size_that_was_chosen_meanwhile_stays(mac: HeadlessMac) -> None:
    mac.board.screen_size.follow(700, 500)
    mac.board.adb.read()
    mac.board.video.set_mode(VideoMode(832, 624, 8))
    mac.board.screen_size.follow(0, 0)
    assert mac.board.adb.read() == ScreenSizeEvent(832, 624)

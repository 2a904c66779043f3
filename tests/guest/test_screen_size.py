"""The desktop in the size of a viewer's window."""

from moof.mac.headless import HeadlessMac

COMMAND, MENU = 0x37, 0xB28


def size(mac: HeadlessMac) -> tuple[int, int]:
    return mac.board.video.mode.width, mac.board.video.mode.height


def test_the_screen_follows_a_window_and_gets_its_size_back(mac: HeadlessMac) -> None:
    before, stored = size(mac), mac.board.xpram.video_mode()
    desktop = mac.picture()
    mac.board.screen_size.follow(700, 500)
    mac.run(2)
    assert size(mac) == (640, 480)
    mac.board.screen_size.follow(2560, 1300)
    mac.run(2)
    assert size(mac) == (1920, 1080)
    assert mac.board.xpram.video_mode() == stored
    mac.board.screen_size.follow(0, 0)
    mac.run(2)
    assert size(mac) == before
    assert (mac.picture()[40:] == desktop[40:]).mean() > 0.98


def test_an_open_menu_is_finished_first(mac: HeadlessMac) -> None:
    before = size(mac)
    mac.mouse(60, 8, 1)
    assert mac.memory.read32(MENU) == 1
    mac.board.screen_size.follow(700, 500)
    mac.run(2)
    assert size(mac) == before
    mac.mouse(400, 400, 0)
    mac.run(30)
    assert size(mac) == (640, 480)

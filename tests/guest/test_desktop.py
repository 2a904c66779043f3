"""The desktop: start, cursor, icons, menus and keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from moof.mac.emulops import PowerRequest
from moof.mac.headless import HeadlessMac
from moof.mac.video_card import DEPTHS, SIZES
from moof.mac.xpram import Xpram

MOOF, SEQUENCE, FRONT_APP, OPEN_WINDOWS, MENU = 0xB04, 0xB00, 0xB18, 0xB20, 0xB28
TICKS, MEM_TOP, KEY_MAP, MOUSE = 0x16A, 0x108, 0x174, 0x830
DOUBLE_TIME = 0x2F0
SPECIAL = (200, 10)


@pytest.mark.parametrize(
    ("width", "height", "depth"), [(*size, 8) for size in SIZES] + [(832, 624, depth) for depth in DEPTHS]
)
def test_desktop_starts_in_every_mode(
    boot: Callable[..., HeadlessMac], width: int, height: int, depth: int
) -> None:
    mac = boot(width=width, height=height, depth=depth)
    picture = mac.picture()
    assert mac.memory.read32(MOOF) == 0x4D4F4F46
    assert picture.shape == (height, width, 4)
    assert (picture[5, width // 2, :3] == 255).all()  # the menu bar is white,
    assert (picture[19, :, :3] == 0).all()  # the line below it black,
    desktop = picture[100:108, 8:16, 0]
    checkers = (np.indices((8, 8)).sum(axis=0) & 1) * 255
    assert (desktop == checkers).all() or (desktop == 255 - checkers).all()  # and the desktop dithered


def test_low_memory_has_memory_size_ticks_and_input(mac: HeadlessMac) -> None:
    assert mac.memory.read32(MEM_TOP) == 8 << 20
    assert mac.memory.read32(TICKS) == 5
    mac.mouse(123, 456)
    assert (mac.memory.read16(MOUSE), mac.memory.read16(MOUSE + 2)) == (456, 123)
    mac.key(0x0A, True)
    assert mac.memory.read8(KEY_MAP + 1) == 1 << 2
    mac.key(0x0A, False)
    assert mac.memory.read8(KEY_MAP + 1) == 0


def test_moving_the_cursor_restores_the_pixels_under_it(mac: HeadlessMac) -> None:
    mac.mouse(300, 300)
    before = mac.picture()
    for x, y in ((0, 0), (1023, 767), (511, 0), (980, 60), (1023, 300), (300, 300)):
        mac.mouse(x, y)
    assert np.array_equal(mac.picture(), before)


def test_relative_moves_are_clamped_to_the_screen(mac: HeadlessMac) -> None:
    mac.mouse(10, 10)
    mac.board.adb.mouse(-500, 20, 0, absolute=False)
    mac.run(1)
    assert mac.memory.read32(MOUSE) == 30 << 16
    assert mac.board.video.cursor == (0, 30, True)


def test_screen_sequence_is_even_while_the_guest_waits(mac: HeadlessMac) -> None:
    mac.mouse(*SPECIAL, buttons=1)
    before = mac.memory.read32(SEQUENCE)
    assert before % 2 == 0
    mac.mouse(150, 10, buttons=1)
    assert mac.memory.read32(SEQUENCE) > before
    assert mac.memory.read32(SEQUENCE) % 2 == 0


def test_double_click_on_an_icon_opens_its_program(mac: HeadlessMac) -> None:
    mac.click(980, 52)
    assert mac.memory.read32(OPEN_WINDOWS) == 0
    mac.click(980, 52)
    assert mac.memory.read32(FRONT_APP) == 1


def test_double_time_says_how_far_apart_the_clicks_of_a_double_click_are(mac: HeadlessMac) -> None:
    assert mac.memory.read32(DOUBLE_TIME) == 30
    mac.memory.write32(DOUBLE_TIME, 2)
    mac.click(980, 52)
    mac.click(980, 52)
    assert mac.memory.read32(OPEN_WINDOWS) == 0
    mac.memory.write32(DOUBLE_TIME, 600)
    mac.run(300)
    mac.click(980, 52)
    assert mac.memory.read32(FRONT_APP) == 1


def test_dragged_icons_are_arranged_by_clean_up(mac: HeadlessMac) -> None:
    mac.mouse(500, 700)
    tidy = mac.picture()
    mac.drag((980, 52), (400, 400))
    mac.click(500, 700)
    assert not np.array_equal(mac.picture()[380:420, 380:420], tidy[380:420, 380:420])
    mac.click(140, 10)
    mac.click(150, 30)
    mac.run(20)
    mac.mouse(500, 700)
    assert np.array_equal(mac.picture(), tidy)


def test_arrow_and_return_open_a_program(mac: HeadlessMac) -> None:
    mac.type_key(0x3D)  # down: the first icon
    mac.type_key(0x24)
    assert mac.memory.read32(FRONT_APP) == 1
    mac.type_key(0x0D, 0x37)  # ⌘W
    assert mac.memory.read32(OPEN_WINDOWS) == 0


def test_menu_stays_open_after_a_click_and_escape_closes_it(mac: HeadlessMac) -> None:
    mac.mouse(400, 400)
    closed = mac.picture()
    mac.click(60, 10)
    mac.run(30)
    assert mac.memory.read32(MENU) == 1
    mac.type_key(0x35)
    assert mac.memory.read32(MENU) == 0
    mac.mouse(400, 400)
    assert np.array_equal(mac.picture(), closed)


def test_release_outside_a_menu_does_nothing(mac: HeadlessMac) -> None:
    mac.drag((60, 10), (500, 500))
    assert mac.memory.read32(MENU) == 0
    assert mac.memory.read32(OPEN_WINDOWS) == 0


@pytest.mark.parametrize(("row", "request_made"), [(75, PowerRequest.RESTART), (93, PowerRequest.SHUT_DOWN)])
def test_special_menu_restarts_and_shuts_down(mac: HeadlessMac, row: int, request_made: PowerRequest) -> None:
    mac.drag(SPECIAL, (210, row))
    mac.run(30)
    assert mac.board.power_request == request_made


def test_desktop_pattern_is_stored_in_xpram(boot: Callable[..., HeadlessMac]) -> None:
    xpram = Xpram(None)
    mac = boot(xpram=xpram)
    mac.click(140, 10)
    mac.click(150, 129)  # Night
    mac.run(30)
    night = mac.picture()[400:408, 100:108]
    assert xpram.read(0x85) == 4
    assert np.array_equal(boot(xpram=xpram).picture()[400:408, 100:108], night)


def test_reset_restarts_the_desktop_without_clearing_ram(mac: HeadlessMac) -> None:
    mac.mouse(400, 400)
    fresh = mac.picture()
    mac.type_key(0x3D)
    mac.type_key(0x24)
    mac.reset()
    mac.run(5)
    mac.mouse(400, 400)
    assert mac.memory.read32(MOOF) == 0x4D4F4F46
    assert mac.memory.read32(OPEN_WINDOWS) == 0
    assert np.array_equal(mac.picture()[:, :900], fresh[:, :900])

"""The Test Card, which the benchmarks measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.mac.headless import HeadlessMac

FRAMES, OPEN_WINDOWS = 0xB1C, 0xB20
SPACE = 0x31
BLOCK, BITS = 16, 20


def time_bar(picture: NDArray[np.uint8]) -> int:
    """Return the time bar's milliseconds modulo 2^20, as docs/guest.md defines it."""
    row = picture[-BLOCK // 2, BLOCK // 2 : BLOCK * (BITS + 3) : BLOCK, 0] < 128
    assert list(row[:2]) == [True, False]
    assert sum(row[2:]) % 2 == 0
    return int("".join("1" if black else "0" for black in row[2 : 2 + BITS]), 2)


@pytest.mark.parametrize(("width", "height", "depth"), [(512, 342, 1), (1024, 768, 8), (1920, 1080, 32)])
def test_test_card_moves_each_tick(
    boot: Callable[..., HeadlessMac], width: int, height: int, depth: int
) -> None:
    mac = boot(width=width, height=height, depth=depth)
    mac.type_key(0x11, 0x37)  # ⌘T
    seen = set()
    for _ in range(60):
        frames = mac.memory.read32(FRAMES)
        mac.run(1)
        assert mac.memory.read32(FRAMES) == frames + 1
        seen.add(mac.memory.read32(0xB10))
        assert time_bar(mac.picture()) == mac.microseconds() // 1000 % (1 << BITS)
    size = mac.memory.read32(0xB14)
    assert (size >> 16, size & 0xFFFF) == (width * 2 // 5, height * 2 // 5)
    assert len(seen) == 60


def test_test_card_stays_on_the_screen(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    _, _, _, width, height = open_program("test card")
    for _ in range(250):
        mac.run(1)
        origin = mac.memory.read32(0xB10)
        assert -4 < (origin >> 16 ^ 0x8000) - 0x8000 < 1024 - width + 4
        assert 20 <= origin & 0xFFFF < 768 - height + 4


def test_space_pauses_and_resumes_the_test_card(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("test card")
    mac.type_key(SPACE)
    still = mac.picture()
    mac.run(50)
    assert np.array_equal(mac.picture(), still)
    mac.type_key(SPACE)
    mac.run(5)
    assert not np.array_equal(mac.picture(), still)


def test_button_pauses_the_test_card(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    open_program("test card")
    _, x, y, _, height = front()
    mac.click(x + 45, y + height - 16)
    frames = mac.memory.read32(FRAMES)
    mac.run(10)
    assert mac.memory.read32(FRAMES) == frames


def test_click_on_the_card_inverts_the_patch(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    open_program("test card")
    mac.type_key(SPACE)
    _, x, y, width, _ = front()
    patch = np.s_[y + 24 : y + 48, x + 4 : x + 28]
    assert not mac.picture()[patch][..., :3].any()
    for expected in (255, 0):
        mac.click(x + width // 2, y + 60)
        assert np.all(mac.picture()[patch][..., :3] == expected)


def test_closing_the_test_card_restores_the_desktop(mac: HeadlessMac) -> None:
    mac.mouse(200, 400)
    before = mac.picture()
    mac.type_key(0x11, 0x37)
    mac.run(200)
    mac.type_key(0x0D, 0x37)
    assert mac.memory.read32(OPEN_WINDOWS) == 0
    assert np.array_equal(mac.picture()[20:], before[20:])

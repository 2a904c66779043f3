import struct
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from moof.mac.headless import HeadlessMac
from moof.mac.machine_state import save_board
from moof.mac.state_contents import state_from_file, state_to_file
from moof.mac.video_card import DEPTHS, SIZES
from moof.states import StateError, StateFile, unpack_state


def test_contents_give_the_same_state(mac: HeadlessMac) -> None:
    state = save_board(mac.board)
    again = state_from_file(unpack_state(state_to_file(state, "Probe")))
    assert again.devices == state.devices
    assert (again.rom, again.rom_name) == (state.rom, state.rom_name)
    assert np.array_equal(again.ram, state.ram)
    assert np.array_equal(again.framebuffer, state.framebuffer)


@pytest.mark.parametrize("depth", DEPTHS)
def test_picture_shows_the_screen(probe_image: bytes, depth: int) -> None:
    with HeadlessMac(probe_image, width=1024, height=768, depth=depth) as mac:
        file = unpack_state(mac.save_state("Probe"))
        mean = mac.picture()[:, :, 2::-1].mean()
    picture = Image.open(BytesIO(file.summary.picture)).convert("RGB")
    assert picture.size == (256, 192)
    assert np.asarray(picture).mean() == pytest.approx(mean, abs=2)


@pytest.mark.parametrize("size", SIZES)
def test_picture_is_small_at_each_size(probe_image: bytes, size: tuple[int, int]) -> None:
    with HeadlessMac(probe_image, width=size[0], height=size[1], depth=1) as mac:
        picture = Image.open(BytesIO(unpack_state(mac.save_state()).summary.picture))
    assert picture.width <= 320
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize("lengths", [(0, 0, 0, 0), (1 << 31, 0, 0, 0), (10, 0, 1 << 20, 0)])
def test_impossible_lengths_are_refused(mac: HeadlessMac, lengths: tuple[int, ...]) -> None:
    file = unpack_state(mac.save_state())
    for contents in (struct.pack("<4I", *lengths) + file.contents[16:], file.contents[:10]):
        with pytest.raises(StateError):
            state_from_file(StateFile(file.summary, contents))


def test_name_that_is_too_long_is_refused(mac: HeadlessMac) -> None:
    with pytest.raises(StateError, match="name"):
        mac.save_state("x" * 100)


def test_name_of_a_rom_is_made_printable(mac: HeadlessMac) -> None:
    state = replace(save_board(mac.board), rom_name="A\nB")
    assert unpack_state(state_to_file(state, "x")).summary.metadata.rom == "AB"

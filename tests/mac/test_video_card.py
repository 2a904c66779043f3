import numpy as np
import pytest

from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, GuestMemory
from moof.mac.video_card import (
    DEFAULT_MODE,
    DEPTHS,
    OPAQUE,
    SIZES,
    VideoCard,
    VideoMode,
    VideoModeError,
    grey_ramp,
)


@pytest.fixture
def video(memory: GuestMemory) -> VideoCard:
    return VideoCard(memory)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("size", SIZES)
def test_every_mode_fits_into_the_framebuffer(video: VideoCard, size: tuple[int, int], depth: int) -> None:
    mode = VideoMode(*size, depth)
    assert mode.row_bytes * 8 == mode.width * depth
    assert mode.row_bytes * mode.height <= FRAMEBUFFER_BYTES
    video.set_mode(mode)
    assert video.framebuffer(mode).shape == (mode.height, mode.row_bytes)


@pytest.mark.parametrize("mode", [(800, 600, 8), (640, 480, 3), (480, 640, 8), (0, 0, 0)])
def test_other_modes_raise_video_mode_error(mode: tuple[int, int, int]) -> None:
    with pytest.raises(VideoModeError, match="choose a size of 512x342"):
        VideoMode(*mode)


def test_card_starts_in_the_default_mode(video: VideoCard) -> None:
    assert video.mode == DEFAULT_MODE == VideoMode(1024, 768, 8)


@pytest.mark.parametrize(("depth", "last"), [(1, 1), (2, 3), (4, 15), (8, 255), (16, 255)])
def test_grey_ramp_goes_from_white_to_black(depth: int, last: int) -> None:
    ramp = grey_ramp(depth)
    assert (ramp[0], ramp[last]) == (0xFFFF_FFFF, OPAQUE)
    assert (np.diff(ramp[: last + 1].astype(np.int64)) < 0).all()


def test_colours_are_packed_with_blue_in_the_low_byte(video: VideoCard) -> None:
    video.set_colours(1, np.array([[0x11, 0x22, 0x33]], dtype=np.uint8))
    assert video.clut[1] == 0xFF11_2233


def test_colours_beyond_the_table_are_ignored(video: VideoCard) -> None:
    video.set_colours(255, np.full((3, 3), 7, dtype=np.uint8))
    assert video.clut[255] == 0xFF07_0707
    assert video.clut.shape == (256,)


def test_set_colours_does_not_modify_an_earlier_table(video: VideoCard) -> None:
    taken, version = video.clut, video.clut_version
    video.set_colours(0, np.zeros((256, 3), dtype=np.uint8))
    assert taken[0] == 0xFFFF_FFFF
    assert video.clut_version > version


def test_set_mode_installs_the_grey_ramp(video: VideoCard) -> None:
    version = video.mode_version
    video.set_mode(VideoMode(640, 480, 1))
    assert video.clut[1] == OPAQUE
    assert video.mode_version > version


@pytest.mark.parametrize("depth", DEPTHS)
def test_blank_is_black_at_any_depth(video: VideoCard, memory: GuestMemory, depth: int) -> None:
    video.set_mode(VideoMode(512, 342, depth))
    memory.view(FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES)[:] = 0x5A
    video.blank()
    assert not video.framebuffer(video.mode).any()
    assert (video.clut == OPAQUE).all()

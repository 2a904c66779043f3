from collections.abc import Callable

import numpy as np
import pytest

from moof.mac.emulops import EmulOp
from moof.mac.headless import HeadlessMac, decode
from moof.mac.memory import FRAMEBUFFER_BASE
from moof.mac.video_card import DEPTHS, grey_ramp
from moof.media.depth import to_bgra

HostCall = Callable[..., tuple[int, ...]]


def test_ticks_reach_the_guest(mac: HeadlessMac) -> None:
    mac.run(120)
    assert mac.memory.read32(0x16A) == 120
    assert mac.memory.read32(0x2100) == 3


def test_same_calls_give_the_same_state(probe_image: bytes) -> None:
    def play() -> bytes:
        with HeadlessMac(probe_image) as mac:
            mac.drag((10, 10), (200, 100))
            mac.type_key(0, 0x37)
            mac.run(10)
            return mac.memory.read_bytes(0, 0x4000)

    assert play() == play()


def test_click_is_move_press_release(mac: HeadlessMac) -> None:
    mac.click(30, 40)
    events = [mac.memory.read32(0x3008 + 12 * index) for index in range(3)]
    assert (mac.memory.read32(0x2400), events) == (3, [0, 1, 0])


def test_modifiers_are_held_around_a_typed_key(mac: HeadlessMac) -> None:
    mac.type_key(0x07, 0x37, 0x38)
    codes = [mac.memory.read32(0x3004 + 12 * index) for index in range(6)]
    assert codes == [0x37, 0x38, 0x07, 0x07, 0x38, 0x37]


def test_picture_is_the_framebuffers_contents(mac: HeadlessMac) -> None:
    mac.memory.write8(FRAMEBUFFER_BASE + 1024 + 2, 255)
    picture = mac.picture()
    assert picture.shape == (768, 1024, 4)
    assert picture[1, 2].tolist() == [0, 0, 0, 255]
    assert picture[0, 0].tolist() == [255, 255, 255, 255]


def test_pull_audio_returns_the_answer(
    mac: HeadlessMac, call_host: HostCall, describe_sound: Callable[..., int]
) -> None:
    assert mac.pull_audio() is None
    call_host(EmulOp.AUDIO_OPEN, a0=describe_sound(mac.memory, 44100, 2, 16))
    answer = mac.pull_audio()
    assert answer is not None
    assert (answer.rate, answer.channels, answer.frames) == (44100, 2, 882)
    assert np.frombuffer(answer.data, ">u2").tolist() == list(range(1764))


def test_guest_that_never_waits_is_interrupted(mac: HeadlessMac) -> None:
    mac.memory.write_bytes(0x6000, bytes.fromhex("60fe"))
    mac.memory.write32(0x64, 0x6000)
    mac.run(2)
    assert mac.ticks == 2


@pytest.mark.parametrize("depth", DEPTHS)
def test_decode_agrees_with_the_compiled_kernels(depth: int) -> None:
    raw = np.random.default_rng(depth).integers(0, 256, (5, 64 * depth // 8), dtype=np.uint8)
    clut = grey_ramp(depth)
    fast = np.zeros((5, 64), dtype=np.uint32)
    to_bgra(raw, depth, clut, fast, (0, 5))
    assert (decode(raw, depth, clut) == fast).all()

"""From the Mac's sound buffer to what the loudspeaker would get."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.recorded_audio import phase_breaks, record, strongest_frequency
from support.waiting import wait_until

pytestmark = pytest.mark.browser

# In the Sound window, from its frame's top left corner, in Mac pixels.
BUTTON_1000_HZ = (123, 65)
BUTTON_STOP = (415, 65)
RATES = {11025: (22, 145), 22050: (22, 165), 22254: (22, 185), 44100: (136, 145), 48000: (136, 165)}
BITS = {8: (250, 145), 16: (250, 165)}
CHANNELS = {1: (364, 145), 2: (364, 165)}


@pytest.fixture
def sound_window(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """A page whose Mac has the Sound window in front."""
    mac_page.choose_codec("h264")
    mac_page.open_program(memory, Program.SOUND)
    yield mac_page
    mac_page.close_front_window(memory)


def press(page: MacPage, memory: GuestMemory, place: tuple[int, int]) -> None:
    """Click at a place of the front window."""
    x, y = memory.pair(memory.FRONT_POSITION)
    page.click(x + place[0], y + place[1])


def plays_purely(page: MacPage) -> bool:
    """Record a second: true if it is all 1 kHz, as loud as the Mac plays, and never breaks.

    What a busy machine does to a particular second is bench/audio.py's subject; here one must be whole.
    """
    rate, samples = record(page.page, 1.0)
    assert samples.size > 0.5 * rate, "the page plays"
    loud = bool(np.abs(samples).max() > 500)
    return (
        loud
        and strongest_frequency(samples, rate) == pytest.approx(1000, abs=2)
        and phase_breaks(samples, rate, 1000.0) == 0
    )


@pytest.mark.parametrize(
    ("rate", "bits", "channels"), [(44100, 16, 2), (22254, 8, 1), (11025, 8, 2), (48000, 16, 1)]
)
def test_a_tone_of_1_khz_is_heard(
    sound_window: MacPage, moof: MoofProcess, memory: GuestMemory, rate: int, bits: int, channels: int
) -> None:
    for place in (RATES[rate], BITS[bits], CHANNELS[channels], BUTTON_1000_HZ):
        press(sound_window, memory, place)
    wait_until(lambda: memory.u32(memory.SOURCES) == 1, "a sound source in the guest")
    wait_until(lambda: moof.status()["audio"]["playing"], "the server to hear it")
    audio = moof.status()["audio"]
    assert (audio["rate"], audio["channels"]) == (rate, channels)
    wait_until(lambda: plays_purely(sound_window), "a second of 1 kHz without a gap", seconds=60)
    press(sound_window, memory, BUTTON_STOP)
    wait_until(lambda: memory.u32(memory.SOURCES) == 0, "the guest to be quiet")
    wait_until(lambda: not moof.status()["audio"]["playing"], "the server to notice the silence")

"""From the Mac's sound buffer to what the loudspeaker would get."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from guestmemory import GuestMemory, Program
from macpage import MacPage
from numpy.typing import NDArray
from patience import wait_until
from running import RunningMoof

from audio import phase_breaks, recorded

pytestmark = pytest.mark.browser

RECORDER = Path(__file__).parents[2] / "bench" / "record_sound.js"

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


def record(page: MacPage, seconds: float) -> tuple[int, NDArray[np.int16]]:
    """What the page plays meanwhile: its rate in Hz and the left channel, int16 (n,)."""
    page.page.evaluate(RECORDER.read_text())
    time.sleep(seconds)
    return recorded(page.page)


def strongest_frequency(samples: NDArray[np.int16], rate: int) -> float:
    """The frequency in Hz that most of the sound has."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)


def plays_purely(page: MacPage) -> bool:
    """Record a second: true if it is all 1 kHz, as loud as the Mac plays, and never breaks.

    What a busy machine does to a particular second is bench/audio.py's subject; here one must be whole.
    """
    rate, samples = record(page, 1.0)
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
    sound_window: MacPage, moof: RunningMoof, memory: GuestMemory, rate: int, bits: int, channels: int
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

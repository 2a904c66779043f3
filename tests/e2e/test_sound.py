"""Sound from the Mac's sound buffer to the page's audio track."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.recorded_audio import phase_breaks, record, strongest_frequency
from support.sound_window import Format, button_positions
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

# In the Sound window, from its frame's top left corner, in Mac pixels.
BUTTON_1000_HZ = (123, 65)
BUTTON_STOP = (415, 65)


@pytest.fixture
def sound_window(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """Open the Sound window, in front, in a page."""
    mac_page.choose_codec("h264")
    mac_page.open_program(memory, Program.SOUND)
    yield mac_page
    mac_page.close_front_window(memory)


def press(page: MacPage, memory: GuestMemory, position: tuple[int, int]) -> None:
    """Click at a position of the front window."""
    x, y = memory.pair(memory.FRONT_POSITION)
    page.click(x + position[0], y + position[1])


def plays_pure_tone(page: MacPage) -> bool:
    """Record a second; return whether it is loud, at 1 kHz, and without a phase break.

    Gaps that a busy machine causes are measured by bench/audio.py; here one second must be without.
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
def test_the_page_plays_a_tone_of_1_khz(
    sound_window: MacPage, moof: MoofProcess, memory: GuestMemory, rate: int, bits: int, channels: int
) -> None:
    for position in (*button_positions(Format(rate, bits, channels)), BUTTON_1000_HZ):
        press(sound_window, memory, position)
    wait_for_value(lambda: memory.u32(memory.SOURCES), 1, "a sound source in the guest")
    wait_until(lambda: moof.status()["audio"]["playing"], "the server to receive sound")
    audio = moof.status()["audio"]
    assert (audio["rate"], audio["channels"]) == (rate, channels)
    wait_until(lambda: plays_pure_tone(sound_window), "a second of 1 kHz without a gap", seconds=60)
    press(sound_window, memory, BUTTON_STOP)
    wait_for_value(lambda: memory.u32(memory.SOURCES), 0, "the guest's sound to stop")
    wait_until(lambda: not moof.status()["audio"]["playing"], "the server to detect silence")

"""A capture of the sound of every layer at once, down to what a real page played."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from moof.capture.comparison import Comparison, compare
from moof.capture.gather import LAYERS, gather
from moof.capture.wavfile import Recording, read_wav
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

SECONDS = 2.5
# Opus at 128 kbit/s keeps a sweep about this close, in dB.
OPUS_SNR = 15


def capture(moof: MoofProcess, folder: Path) -> dict[str, Recording]:
    """Return the recording of each layer; the page's arrives last."""
    files = gather(moof.emulator_pid, SECONDS, folder, time.sleep)
    return {file.stem: read_wav(file) for file in files}


def test_the_page_plays_what_the_mac_wrote(
    mac_page: MacPage, moof: MoofProcess, memory: GuestMemory, tmp_path: Path
) -> None:
    mac_page.open_program(memory, Program.SOUND)
    mac_page.page.keyboard.press("Digit3")  # the sweep: it can be aligned at one place only
    wait_for_value(lambda: memory.u32(memory.SOURCES), 1, "a sound source in the guest")
    wait_until(lambda: moof.status()["audio"]["playing"], "the server to receive sound")
    comparisons: list[Comparison] = []

    def capture_is_complete() -> bool:
        """Capture once; on a busy machine a packet may be skipped, or the page's recording may have gaps."""
        sounds = capture(moof, tmp_path / str(len(comparisons)))
        if not set(LAYERS) <= set(sounds):
            return False
        if not compare(sounds["mac"], sounds["server"]).identical:
            return False
        comparisons.append(compare(sounds["encoded"], sounds["page"]))
        return not comparisons[-1].breaks and comparisons[-1].snr_db > OPUS_SNR

    wait_until(capture_is_complete, "a capture in which the page has played all that was encoded", seconds=60)
    assert comparisons[-1].compared > SECONDS / 2 * comparisons[-1].rate
    mac_page.page.keyboard.press("Space")
    wait_for_value(lambda: memory.u32(memory.SOURCES), 0, "the guest's sound to stop")
    mac_page.close_front_window(memory)

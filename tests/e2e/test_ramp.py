"""The ramp through guest, ring, byte swap, resampler and FIFO, without a clock: none lost or repeated."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from moof.ipc import AudioFrame, AudioRingReader, EmulatorEnd
from moof.mac.headless import HeadlessMac
from support.ramp_check import PACKET_SAMPLES, RampCheck
from support.sound_window import RATES, Format, HeadlessDriver, Play, SoundWindow

PACKETS = 150
FORMATS = [Format(rate, 16, 2) for rate in RATES] + [Format(rate, 8, 1) for rate in RATES]


class RampMac:
    """A Mac that plays the ramp into a real ring on request."""

    def __init__(self, mac: HeadlessMac, end: EmulatorEnd) -> None:
        self.mac = mac
        self.end = end
        self.ring = AudioRingReader(end.segment, None)
        self.window = SoundWindow(HeadlessDriver(mac))

    def play(self, wanted: Format) -> None:
        self.window.choose(wanted)
        self.window.play(Play.RAMP)

    def pull(self) -> AudioFrame:
        """Request one packet's sound and return the answer as the server reads it."""
        played = self.mac.pull_audio(PACKET_SAMPLES)
        assert played is not None
        assert self.end.audio.write(played.rate, played.channels, played.frames, played.data, 0)
        frame = self.ring.read()
        assert frame is not None
        return frame


@pytest.fixture
def ramp_mac() -> Iterator[RampMac]:
    with HeadlessMac(width=640, height=480, depth=8) as mac, EmulatorEnd.create() as end:
        yield RampMac(mac, end)


@pytest.mark.parametrize("wanted", FORMATS, ids=str)
def test_every_number_is_in_its_place(ramp_mac: RampMac, wanted: Format) -> None:
    ramp_mac.play(wanted)
    check = RampCheck(wanted)
    for _ in range(PACKETS):
        check.add_answer(ramp_mac.pull())
        check.check_packet()
    assert check.gaps == check.wrong_in_ring == check.wrong_in_packets == 0
    assert check.judged > 0.5 * PACKETS * PACKET_SAMPLES
    assert (check.framer.underruns, check.framer.backlog_dropped) == (0, 0)


@pytest.mark.parametrize("wanted", [Format(11025, 16, 2), Format(48000, 8, 1)], ids=str)
def test_lost_and_wrong_samples_are_counted(ramp_mac: RampMac, wanted: Format) -> None:
    ramp_mac.play(wanted)
    check = RampCheck(wanted)
    for packet in range(30):
        frame = ramp_mac.pull()
        if packet == 10:
            frame = dataclasses.replace(frame, data=bytes(200) + frame.data[200:])
        if packet == 20:
            continue
        check.add_answer(frame)
        check.check_packet()
    assert check.gaps == 1 + 2
    assert check.wrong_in_ring > 0

"""The same guest program through SDL and through the contract: identical samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.ipc import AudioRingReader, EmulatorEnd
from moof.mac.headless import HeadlessMac
from support.sound_window import Format, HeadlessDriver, Play, SoundWindow, emulator_with_sound_window
from support.waiting import wait_until

SECONDS = 2
MAX_SILENCE_BYTES = 40_000
CASES = [
    (Play.RAMP, Format(44100, 16, 2)),
    (Play.RAMP, Format(22254, 8, 1)),
    (Play.SWEEP, Format(11025, 16, 1)),
    (Play.TUNE, Format(48000, 16, 2)),
]


def through_sdl(what: Play, wanted: Format, size: int, folder: Path) -> bytes:
    """Return what SDL's disk driver writes: at least `size` bytes, big endian as the Mac's."""
    file = folder / "sdl.raw"
    driver = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file), "SDL_DISKAUDIODELAY": "1"}
    with emulator_with_sound_window("--audio", "sdl", environment=driver) as (window, _):
        window.choose(wanted)
        window.play(what)
        wait_until(lambda: file.exists() and file.stat().st_size >= size, "SDL to play")
    return file.read_bytes()


def through_the_contract(what: Play, wanted: Format, size: int) -> bytes:
    """Return what a server reads from the ring; without a clock, so that a busy machine cannot be late."""
    with HeadlessMac(width=640, height=480, depth=8) as mac, EmulatorEnd.create() as end:
        ring = AudioRingReader(end.segment, None)
        window = SoundWindow(HeadlessDriver(mac))
        window.choose(wanted)
        window.play(what)
        received = b""
        while len(received) < size:
            answer = mac.pull_audio(960)
            assert answer is not None
            assert end.audio.write(answer.rate, answer.channels, answer.frames, answer.data, 0)
            frame = ring.read()
            assert frame is not None
            received += frame.data
    return received


def first_sound(data: bytes) -> int:
    """Return the index of the first byte that is not silence."""
    return len(data) - len(data.lstrip(b"\0"))


@pytest.mark.parametrize(("what", "wanted"), CASES, ids=lambda value: getattr(value, "name", str(value)))
def test_sdl_and_the_contract_play_identical_samples(what: Play, wanted: Format, tmp_path: Path) -> None:
    size = SECONDS * wanted.rate * 2 * wanted.channels
    received = through_the_contract(what, wanted, size)
    played = through_sdl(what, wanted, size + MAX_SILENCE_BYTES, tmp_path)
    # An open output plays whole blocks of silence until it is started.
    before = first_sound(played) - first_sound(received)
    assert 0 <= before <= MAX_SILENCE_BYTES
    assert before % (128 * wanted.channels * 2) == 0
    assert played[before : before + size] == received[:size]

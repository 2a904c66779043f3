"""Sound: exact tones in every format without clicks, the test signals and the tune."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.ipc import exact_rate
from moof.mac.audio_device import SoundAnswer
from moof.mac.headless import HeadlessMac
from moof.mac.xpram import Xpram

SOURCES = 0xB24
RATES = (11025, 22050, 22254, 44100, 48000)
STOP, TONE_440, TONE_1000, SWEEP, RAMP, TUNE = 0x31, 0x12, 0x13, 0x14, 0x15, 0x17  # space, 1 to 5


@pytest.fixture
def choose_format(mac: HeadlessMac, front: Callable[[], tuple[int, ...]]) -> Callable[[int, int, int], None]:
    def choose(rate: int, bits: int, channels: int) -> None:
        _, x, y, *_ = front()
        column, row = divmod(RATES.index(rate), 3)
        mac.click(x + 22 + column * 114, y + 144 + row * 20)
        mac.click(x + 250, y + 144 + (bits == 16) * 20)
        mac.click(x + 364, y + 144 + (channels == 2) * 20)

    return choose


def listen(mac: HeadlessMac, answers: int) -> list[SoundAnswer]:
    heard = []
    for _ in range(answers):
        answer = mac.pull_audio(960)
        mac.run(1)
        if answer is not None:
            heard.append(answer)
    return heard


def samples(answers: list[SoundAnswer]) -> NDArray[np.float64]:
    """Return the left channel."""
    channels = answers[0].channels
    data = b"".join(answer.data for answer in answers)
    return np.frombuffer(data, ">i2").reshape(-1, channels)[:, 0].astype(np.float64)


def loudest_frequency(sound: NDArray[np.float64], rate: int) -> tuple[float, float]:
    """Return the frequency of the highest peak, and the power of the rest relative to it in dB."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    peak = int(spectrum.argmax())
    near = slice(max(0, peak - 4), peak + 5)
    rest = spectrum.sum() - spectrum[near].sum()
    return peak * rate / len(sound), 10 * float(np.log10(rest / spectrum[near].sum()))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("rate", RATES)
def test_tone_is_a_continuous_sine(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    choose_format: Callable[[int, int, int], None],
    rate: int,
    bits: int,
    channels: int,
) -> None:
    open_program("sound")
    choose_format(rate, bits, channels)
    mac.type_key(TONE_1000)
    assert mac.memory.read32(SOURCES) == 1
    answers = listen(mac, 26)
    assert {(answer.rate, answer.channels) for answer in answers} == {(rate, channels)}
    assert sum(answer.frames for answer in answers) == 26 * exact_rate(rate) // 50
    tone = samples(answers)[rate // 50 :]
    frequency, rest = loudest_frequency(tone, rate)
    assert frequency == pytest.approx(1000, abs=rate / len(tone))
    assert rest < (-38 if bits == 8 else -60)


def test_starting_stopping_and_changing_do_not_click(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("sound")
    heard = []
    for key in (TONE_440, TONE_1000, TONE_440, STOP):
        mac.type_key(key)
        heard += listen(mac, 5)
    sound = samples(heard)
    steepest = 2 * np.pi * 1000 / 44100 * np.abs(sound).max()
    assert np.abs(np.diff(sound)).max() < 1.1 * steepest
    assert abs(sound[0]) < 200
    assert sound[-1] == 0
    assert mac.memory.read32(SOURCES) == 0
    assert mac.pull_audio(960) is None


def test_sound_continues_after_a_change_of_format(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    choose_format: Callable[[int, int, int], None],
) -> None:
    open_program("sound")
    mac.type_key(TONE_440)
    listen(mac, 3)
    choose_format(11025, 8, 1)
    listen(mac, 3)
    after = listen(mac, 25)
    assert {(answer.rate, answer.channels) for answer in after} == {(11025, 1)}
    assert loudest_frequency(samples(after), 11025)[0] == pytest.approx(440, abs=3)


def numbers(rate: int, bits: int, channels: int, count: int) -> NDArray[np.int16]:
    """Return the first `count` frames of the ramp as IPC v4 has them, int16 (count, channels)."""
    period = 251 if bits == 8 else 65536
    left = np.arange(count) % period
    both = np.stack([left, period - 1 - left][:channels], axis=1)
    return (both - 128 << 8 if bits == 8 else both).astype(np.int16)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("rate", RATES)
def test_ramp_samples_are_consecutive_numbers(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    choose_format: Callable[[int, int, int], None],
    rate: int,
    bits: int,
    channels: int,
) -> None:
    open_program("sound")
    choose_format(rate, bits, channels)
    mac.type_key(RAMP)
    answers = listen(mac, 80)
    assert {(answer.rate, answer.channels) for answer in answers} == {(rate, channels)}
    heard = np.frombuffer(b"".join(answer.data for answer in answers), ">i2").reshape(-1, channels)
    assert len(heard) == 80 * exact_rate(rate) // 50
    assert np.array_equal(heard, numbers(rate, bits, channels, len(heard)))


def test_format_changes_between_two_answers_of_the_ramp(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    choose_format: Callable[[int, int, int], None],
) -> None:
    open_program("sound")
    choose_format(44100, 16, 2)
    mac.type_key(RAMP)
    for rate, bits, channels in ((22254, 8, 1), (48000, 16, 2), (11025, 8, 2)):
        assert len(listen(mac, 3)) == 3
        choose_format(rate, bits, channels)
        after = listen(mac, 3)
        assert [(answer.rate, answer.channels) for answer in after] == [(rate, channels)] * 3


def test_sweep_goes_up_and_down_continuously(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    choose_format: Callable[[int, int, int], None],
) -> None:
    open_program("sound")
    choose_format(11025, 16, 1)
    mac.type_key(SWEEP)
    sweep = samples(listen(mac, 680))  # 13.6 s
    pitches = [loudest_frequency(sweep[at : at + 1103], 11025)[0] for at in range(0, len(sweep) - 1103, 1103)]
    top = int(np.argmax(pitches))
    assert pitches[2] < 100
    assert 4700 < pitches[top] < 5000
    assert 60 < top < 90
    assert np.all(np.diff(pitches[:top]) >= 0)
    assert np.all(np.diff(pitches[top:]) <= 0)
    envelope = [np.abs(sweep[at : at + 1103]).max() for at in range(1103, len(sweep) - 1103, 1103)]
    assert max(envelope) < 1.05 * min(envelope)


def test_tune_plays_in_stereo_and_ends(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("sound")
    mac.type_key(TUNE)
    heard = listen(mac, 1100)  # 22 s
    left = samples(heard)
    assert 15 < len(left) / 44100 < 21
    assert np.abs(np.diff(left)).max() < 3000
    first_note = left[2000 : 2000 + 8820]
    assert loudest_frequency(first_note, 44100)[0] == pytest.approx(587.3, abs=6)  # D5
    assert mac.memory.read32(SOURCES) == 0


def test_volume_changes_the_level_and_is_stored_in_xpram(
    boot: Callable[..., HeadlessMac],
) -> None:
    xpram = Xpram(None)
    mac = boot(xpram=xpram)
    mac.click(28, 10)
    mac.click(48, 147)
    mac.run(20)
    origin = mac.memory.read32(0xB10)
    x, y = origin >> 16, origin & 0xFFFF
    mac.type_key(TONE_1000)
    before = np.abs(samples(listen(mac, 10))).max()
    mac.drag((x + 340, y + 223), (x + 90, y + 223))
    assert xpram.read(0x84) == 0
    assert np.abs(samples(listen(mac, 10))[-400:]).max() == 0
    mac.drag((x + 90, y + 223), (x + 445, y + 223))
    assert xpram.read(0x84) == 7
    assert np.abs(samples(listen(mac, 10))[-400:]).max() > before


def test_sound_stops_when_no_samples_are_requested(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("sound")
    mac.type_key(TONE_440)
    mac.type_key(0x0D, 0x37)  # closing the window stops it
    mac.run(30)
    assert mac.memory.read32(SOURCES) == 0

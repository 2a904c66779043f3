"""Real programs at the sound server: a tone arrives with its frequency and level, whole, without a jump."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from support.sound_recorder import SoundRecorder, sound_recorder

HERTZ, LEVEL, SECONDS = 997, 12_000, 0.5
EDGE = 400
"""Samples at either end of the tone where a resampler may still start or end."""
NUMBERS = {
    "u8": ("u1", 1 / 256),
    "s16le": ("<i2", 1),
    "s16be": (">i2", 1),
    "s32le": ("<i4", 65536),
    "s32be": (">i4", 65536),
    "float32le": ("<f4", 1 / 32768),
    "float32be": (">f4", 1 / 32768),
    "s24-32le": ("<i4", 256),
    "s24-32be": (">i4", 256),
}
"""The type and the unit of the formats that numpy has; `u8` also has an offset."""


def tone(rate: int) -> NDArray[np.float64]:
    """Return the tone, in steps of 16 bits."""
    return LEVEL * np.sin(2 * np.pi * HERTZ * np.arange(round(SECONDS * rate)) / rate)


def encoded(name: str, rate: int, channels: int) -> bytes:
    """Return the tone in that format, the same in each channel."""
    samples = np.repeat(tone(rate), channels)
    if name.startswith("s24") and "32" not in name:
        wide = np.rint(samples * 65536).astype("<i4" if name.endswith("le") else ">i4")
        part = slice(1, 4) if name.endswith("le") else slice(0, 3)
        return wide.view(np.uint8).reshape(-1, 4)[:, part].tobytes()
    dtype, unit = NUMBERS[name]
    values = samples * unit + 128 * (name == "u8")
    return (values if "f" in dtype else np.rint(values)).astype(dtype).tobytes()


def wave_file(path: Path, rate: int, silence: float = 0.0) -> Path:
    """Write the tone and so many seconds of silence as a file, 16 bits, stereo.

    Programs that end by their clock close the stream with sound unheard: as much as the requests are late.
    """
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(encoded("s16le", rate, 2))
        file.writeframes(bytes(4 * round(silence * rate)))
    return path


def check(recorder: SoundRecorder, rate: int, noise: float = 1.0, level: float = 1.0) -> None:
    """Check that the tone is whole, and within `noise` of a sine."""
    assert recorder.rate == rate
    for channel in recorder.samples().astype(np.float64).T:
        heard = np.flatnonzero(np.abs(channel) > 2 * noise)
        sound = channel[heard[0] : heard[-1] + 1]
        assert SECONDS * rate - EDGE <= len(sound) <= SECONDS * rate + EDGE
        middle = sound[EDGE:-EDGE]
        angles = 2 * np.pi * HERTZ * np.arange(len(middle)) / rate
        waves = np.stack([np.sin(angles), np.cos(angles)], axis=1)
        parts, *_ = np.linalg.lstsq(waves, middle, rcond=None)
        assert np.hypot(*parts) == pytest.approx(LEVEL * level, rel=0.01)
        assert np.abs(middle - waves @ parts).max() <= noise


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [
        *(("u8", 11_025, 1), ("s16le", 44_100, 2), ("s16be", 22_050, 1), ("s32le", 48_000, 2)),
        *(("s32be", 32_000, 1), ("float32le", 44_100, 2), ("float32be", 48_000, 1), ("s24le", 44_100, 2)),
        *(("s24be", 48_000, 1), ("s24-32le", 48_000, 2), ("s24-32be", 8_000, 1), ("s16le", 96_000, 2)),
        *(("float32le", 192_000, 1), ("s24le", 88_200, 2), ("s16le", 48_000, 6), ("s32le", 96_000, 8)),
    ],
)
async def test_every_format_of_pulseaudios_player(
    tmp_path: Path, name: str, rate: int, channels: int
) -> None:
    options = (f"--format={name}", f"--rate={rate}", f"--channels={channels}", "--raw")
    async with sound_recorder(tmp_path) as recorder:
        await recorder.record("pacat", *options, sound=encoded(name, rate, channels))
        check(recorder, min(rate, 48_000), noise=150 if name == "u8" else 4 if rate > 48_000 else 1.01)


@pytest.mark.parametrize(("name", "factor"), [("ulaw", 0.03), ("alaw", 0.03)])
async def test_telephone_formats(tmp_path: Path, name: str, factor: float) -> None:
    sound = encoded_by_ffmpeg(f"pcm_{'mulaw' if name == 'ulaw' else name}", 8000)
    async with sound_recorder(tmp_path) as recorder:
        await recorder.record(
            "pacat", f"--format={name}", "--rate=8000", "--channels=1", "--raw", sound=sound
        )
        check(recorder, 8000, noise=LEVEL * factor)


def encoded_by_ffmpeg(codec: str, rate: int) -> bytes:
    """Return the tone, mono, as FFmpeg encodes it."""
    import av

    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = rate, av.AudioLayout("mono"), av.AudioFormat("s16")
    samples = np.rint(tone(rate)).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = rate
    return b"".join(bytes(packet) for packet in encoder.encode(frame))


async def test_volume_of_a_stream(tmp_path: Path) -> None:
    async with sound_recorder(tmp_path) as recorder:
        options = ("--format=s16le", "--rate=44100", "--channels=2", "--raw", "--volume=32768")
        await recorder.record("pacat", *options, sound=encoded("s16le", 44_100, 2))
        check(recorder, 44_100, level=1 / 8)


@pytest.mark.parametrize("rate", [44_100, 96_000])
async def test_mpv(tmp_path: Path, rate: int) -> None:
    async with sound_recorder(tmp_path) as recorder:
        recorder.steady = True
        file = str(wave_file(tmp_path / "tone.wav", rate, silence=1.0))
        await recorder.record("mpv", "--no-config", "--no-video", file)
        check(recorder, min(rate, 48_000), noise=4)


@pytest.mark.parametrize(("rate", "request_ms"), [(44_100, 20), (44_100, 28), (96_000, 20)])
async def test_gstreamer(tmp_path: Path, rate: int, request_ms: int) -> None:
    """Requests that come late are slower than its clock, by which it waits for its end."""
    async with sound_recorder(tmp_path) as recorder:
        recorder.steady, recorder.request_ms = True, request_ms
        file = wave_file(tmp_path / "tone.wav", rate, silence=1.0)
        pipeline = f"filesrc location={file} ! wavparse ! audioconvert ! pulsesink"
        await recorder.record("gst-launch-1.0", "-q", *pipeline.split())
        check(recorder, min(rate, 48_000), noise=4)


@pytest.mark.parametrize("rate", [22_050, 192_000])
async def test_alsa_program(tmp_path: Path, rate: int) -> None:
    async with sound_recorder(tmp_path) as recorder:
        await recorder.record("aplay", "-q", str(wave_file(tmp_path / "tone.wav", rate)))
        check(recorder, min(rate, 48_000), noise=4)

"""Every format's samples, compared with FFmpeg's decoders and with numpy's own numbers."""

from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.sample_format import PulseSampleFormat, SampleSpec, to_samples

Format = PulseSampleFormat
FFMPEG = {
    Format.U8: "pcm_u8",
    Format.ALAW: "pcm_alaw",
    Format.ULAW: "pcm_mulaw",
    Format.S16LE: "pcm_s16le",
    Format.S16BE: "pcm_s16be",
    Format.FLOAT32LE: "pcm_f32le",
    Format.FLOAT32BE: "pcm_f32be",
    Format.S32LE: "pcm_s32le",
    Format.S32BE: "pcm_s32be",
    Format.S24LE: "pcm_s24le",
    Format.S24BE: "pcm_s24be",
}
"""Its decoders' names; it has none for 24 bits in 32."""
UNITS = {"u8": 256, "s16": 1, "s32": 1 / 65536, "flt": 32768}
"""One step of the decoders' own formats, in steps of 16 bits."""


def decoded(raw: bytes, sample_format: Format) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the samples as FFmpeg decodes them."""
    decoder = av.CodecContext.create(FFMPEG[sample_format], "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout = 48_000, av.AudioLayout("mono")
    (frame,) = decoder.decode(av.Packet(raw))
    assert isinstance(frame, av.AudioFrame)
    values = frame.to_ndarray().reshape(-1).astype(np.float64)
    return (values - 128 * (frame.format.name == "u8")) * UNITS[frame.format.name]


@pytest.mark.parametrize("sample_format", FFMPEG, ids=lambda each: each.name)
def test_every_byte_is_decoded_as_ffmpeg_does(sample_format: Format) -> None:
    if sample_format.name.startswith("FLOAT"):
        dtype = "<f4" if sample_format is Format.FLOAT32LE else ">f4"
        raw = np.linspace(-1, 1, 768).astype(dtype).tobytes()
    else:
        raw = bytes(range(256)) * 12
    np.testing.assert_allclose(to_samples(raw, sample_format), decoded(raw, sample_format), rtol=1e-6)


@given(st.lists(st.tuples(st.integers(-(1 << 23), (1 << 23) - 1), st.integers(0, 255)), max_size=20))
def test_the_upper_byte_of_24_bits_in_32_has_no_meaning(values: list[tuple[int, int]]) -> None:
    words = np.array([value & 0xFFFFFF | upper << 24 for value, upper in values], np.uint32)
    expected = np.array([value for value, _ in values]) / 256
    for sample_format, dtype in ((Format.S24_32LE, "<u4"), (Format.S24_32BE, ">u4")):
        found = to_samples(words.astype(dtype).tobytes(), sample_format)
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_floats_that_are_no_numbers_are_silent_or_loudest() -> None:
    raw = np.array([np.nan, np.inf, -np.inf], "<f4").tobytes()
    samples = to_samples(raw, Format.FLOAT32LE)
    assert samples[0] == 0
    assert samples[1] > 32767
    assert samples[2] < -32768


@pytest.mark.parametrize("sample_format", Format, ids=lambda each: each.name)
def test_silence_is_silent(sample_format: Format) -> None:
    spec = SampleSpec(sample_format, 3, 48_000)
    samples = to_samples(spec.silence(spec.bytes_of(0.01)), sample_format)
    assert len(samples) == 480 * 3
    assert np.abs(samples).max() <= 8  # A-law has no zero


def test_names_are_those_of_properties() -> None:
    assert [each.text for each in (Format.ALAW, Format.FLOAT32BE, Format.S24_32LE)] == [
        "aLaw",
        "float32be",
        "s24-32le",
    ]

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.media.opus import KEEPALIVE_MS, DtxEncoder, OpusEncoder, silence_packet

SILENCE = np.zeros((960, 2), np.int16)


def decoded(packets: list[bytes]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    decoder = av.CodecContext.create("opus", "r")
    decoder.sample_rate = 48_000
    decoder.layout = "stereo"
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(float)


def test_tone_keeps_frequency_channel_and_level() -> None:
    encoder = OpusEncoder()
    time = np.arange(960 * 50)
    sound = np.zeros((len(time), 2), np.int16)
    sound[:, 0] = np.rint(10_000 * np.sin(2 * np.pi * 1000 * time / 48_000))
    packets = [encoder.encode(block) for block in np.split(sound, 50)]
    left, right = decoded(packets)
    assert len(left) == len(time)
    spectrum = np.abs(np.fft.rfft(left[-24_000:]))
    assert np.argmax(spectrum) * 2 == 1000
    assert np.std(left[-24_000:]) == pytest.approx(10_000 / 32768 / np.sqrt(2), rel=0.02)
    assert np.std(right[-24_000:]) < 0.01 * np.std(left[-24_000:])
    assert sum(map(len, packets)) * 8 < 1.05 * 128_000


def test_silence_takes_few_bytes_and_each_block_gives_one_packet() -> None:
    encoder = OpusEncoder()
    packets = [encoder.encode(np.zeros((960, 2), np.int16)) for _ in range(10)]
    assert all(0 < len(packet) <= 40 for packet in packets)
    assert np.abs(decoded(packets)).max() < 1e-4


@pytest.mark.parametrize("packet_ms", [10, 20, 40])
def test_other_packet_lengths(packet_ms: int) -> None:
    encoder = OpusEncoder(packet_ms=packet_ms, application="audio", packet_loss=10)
    assert encoder.packet_samples == 48 * packet_ms
    packets = [encoder.encode(np.zeros((encoder.packet_samples, 2), np.int16)) for _ in range(3)]
    assert decoded(packets).shape[1] == 3 * encoder.packet_samples


@pytest.mark.parametrize("shape", [(959, 2), (960, 1), (1920,)])
def test_wrong_blocks_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a packet needs"):
        OpusEncoder().encode(np.zeros(shape, np.int16))


def sine(packets: int) -> NDArray[np.int16]:
    """1 kHz in both channels, int16 (960 * packets, 2)."""
    wave = np.sin(2 * np.pi * 1000 * np.arange(960 * packets) / 48_000) * 16_000
    return np.repeat(np.round(wave).astype(np.int16)[:, None], 2, axis=1)


def decoded_left(packets: list[bytes]) -> NDArray[np.float64]:
    """The left channel in units of int16, decoded by libopus; each packet is one that was received."""
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout, decoder.format = 48_000, "stereo", "s16"
    frames = [frame.to_ndarray() for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate(frames, axis=1).reshape(-1, 2)[:, 0].astype(np.float64)


@pytest.mark.parametrize("packet_ms", [20, 10, 5])
def test_a_packet_of_silence_is_what_lasting_silence_is_sent_as(packet_ms: int) -> None:
    encoder, interval = silent_encoder(packet_ms), KEEPALIVE_MS // packet_ms
    kept_alive = {encoder.encode(SILENCE[: 48 * packet_ms]) for _ in range(interval)}
    assert kept_alive == {b"", silence_packet(packet_ms)}


def silent_encoder(packet_ms: int = 20) -> DtxEncoder:
    """An encoder after some sound and more than a second of silence."""
    encoder = DtxEncoder(OpusEncoder(packet_ms=packet_ms), packet_ms)
    samples = 48 * packet_ms
    for block in (*sine(5).reshape(-1, samples, 2), *[SILENCE[:samples]] * 60):
        encoder.encode(block)
    return encoder


def test_dtx_starts_when_the_encoder_itself_signals_silence() -> None:
    encoder = DtxEncoder(OpusEncoder(), 20)
    packets = [encoder.encode(block) for block in (*sine(5).reshape(-1, 960, 2), *[SILENCE] * 50)]
    first_omitted = packets.index(b"")
    assert len(packets[first_omitted - 2]) == 3
    assert not decoded_left([packet for packet in packets if packet])[-960:].any()


@pytest.mark.parametrize("packet_ms", [20, 10, 5])
def test_lasting_silence_is_one_byte_per_400_ms(packet_ms: int) -> None:
    encoder = silent_encoder(packet_ms)
    interval = KEEPALIVE_MS // packet_ms
    packets = [encoder.encode(SILENCE[: 48 * packet_ms]) for _ in range(3 * interval)]
    sent = [index for index, packet in enumerate(packets) if packet]
    assert list(np.diff(sent)) == [interval] * 2
    assert {len(packets[index]) for index in sent} == {1}


@given(st.lists(st.integers(1, 7), max_size=40))
def test_skipped_silence_is_as_encoded(steps: list[int]) -> None:
    skipping, encoding = silent_encoder(), silent_encoder()
    for step in steps:
        due = skipping.packets_to_keepalive
        assert due is not None
        step = min(step, due)
        packets = [encoding.encode(SILENCE) for _ in range(step)]
        assert skipping.skip(step) == packets[-1]
        assert not any(packets[:-1])


def test_the_dtx_byte_decodes_to_a_packet_of_silence() -> None:
    encoder = silent_encoder()
    packets = [encoder.encode(SILENCE) for _ in range(100)]
    samples = decoded_left([packet for packet in packets if packet])
    assert samples.size == 5 * 960
    assert not samples.any()


def test_sound_after_dtx_equals_sound_after_encoded_silence() -> None:
    with_dtx, without_dtx = silent_encoder(), OpusEncoder()
    blocks = sine(10).reshape(-1, 960, 2)
    silent = [packet for packet in (with_dtx.encode(SILENCE) for _ in range(200)) if packet]
    after_dtx = decoded_left([*silent, *(with_dtx.encode(block) for block in blocks)])[-9600:]
    reference = decoded_left([without_dtx.encode(block) for block in (*[SILENCE] * 10, *blocks)])[-9600:]
    assert np.abs(after_dtx - reference).max() < 400


def test_a_single_silent_packet_is_encoded() -> None:
    encoder = DtxEncoder(OpusEncoder(), 20)
    for block in sine(5).reshape(-1, 960, 2):
        encoder.encode(block)
    assert len(encoder.encode(SILENCE)) > 3

import av
import numpy as np
import pytest

from moof.media.opus import OpusEncoder


def decoded(packets: list[bytes]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    decoder = av.CodecContext.create("opus", "r")
    decoder.sample_rate = 48_000
    decoder.layout = "stereo"
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(float)


def test_a_tone_survives_with_its_frequency_channel_and_level() -> None:
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


def test_silence_is_cheap_and_each_block_gives_one_packet() -> None:
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
    with pytest.raises(ValueError, match="a packet takes"):
        OpusEncoder().encode(np.zeros(shape, np.int16))

"""Silence on the wire, and what a decoder makes of it."""

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.media.opus import OpusEncoder
from moof.server.audio.dtx_encoder import KEEP_ALIVE_MS, DtxEncoder

SILENCE = np.zeros((960, 2), np.int16)


def sine(packets: int) -> NDArray[np.int16]:
    wave = np.sin(2 * np.pi * 1000 * np.arange(960 * packets) / 48_000) * 16_000
    return np.repeat(np.round(wave).astype(np.int16)[:, None], 2, axis=1)


def decoded(packets: list[bytes]) -> NDArray[np.float64]:
    """The left channel; every packet is one that was received."""
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate, decoder.layout, decoder.format = 48_000, "stereo", "s16"
    frames = [frame.to_ndarray() for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate(frames, axis=1).reshape(-1, 2)[:, 0].astype(np.float64)


def settled(packet_ms: int = 20) -> DtxEncoder:
    """An encoder that has heard something, and then nothing for a while."""
    encoder = DtxEncoder(OpusEncoder(packet_ms=packet_ms), packet_ms)
    samples = 48 * packet_ms
    for block in (*sine(5).reshape(-1, samples, 2), *[SILENCE[:samples]] * 60):
        encoder.encode(block)
    return encoder


def test_nothing_is_left_out_until_the_encoder_says_silence_itself() -> None:
    encoder = DtxEncoder(OpusEncoder(), 20)
    packets = [encoder.encode(block) for block in (*sine(5).reshape(-1, 960, 2), *[SILENCE] * 50)]
    first_left_out = packets.index(b"")
    assert len(packets[first_left_out - 2]) == 3
    assert not decoded([packet for packet in packets if packet])[-960:].any()


@pytest.mark.parametrize("packet_ms", [20, 10, 5])
def test_lasting_silence_is_a_byte_each_400_ms(packet_ms: int) -> None:
    encoder = settled(packet_ms)
    every = KEEP_ALIVE_MS // packet_ms
    packets = [encoder.encode(SILENCE[: 48 * packet_ms]) for _ in range(3 * every)]
    sent = [index for index, packet in enumerate(packets) if packet]
    assert list(np.diff(sent)) == [every] * 2
    assert {len(packets[index]) for index in sent} == {1}


def test_the_byte_decodes_to_a_packet_of_silence() -> None:
    encoder = settled()
    packets = [encoder.encode(SILENCE) for _ in range(100)]
    heard = decoded([packet for packet in packets if packet])
    assert heard.size == 5 * 960
    assert not heard.any()


def test_sound_after_silence_is_the_same_as_without_it_in_between() -> None:
    thrifty, plain = settled(), OpusEncoder()
    blocks = sine(10).reshape(-1, 960, 2)
    silent = [packet for packet in (thrifty.encode(SILENCE) for _ in range(200)) if packet]
    after = decoded([*silent, *(thrifty.encode(block) for block in blocks)])[-9600:]
    straight = decoded([plain.encode(block) for block in (*[SILENCE] * 10, *blocks)])[-9600:]
    assert np.abs(after - straight).max() < 400


def test_a_single_quiet_packet_is_encoded() -> None:
    encoder = DtxEncoder(OpusEncoder(), 20)
    for block in sine(5).reshape(-1, 960, 2):
        encoder.encode(block)
    assert len(encoder.encode(SILENCE)) > 3

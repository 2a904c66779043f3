from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moof.ipc import exact_rate
from moof.mac.audio_device import AudioDevice, ComponentFormat, SoundFormatError, read_component
from moof.mac.memory import MEGABYTE, GuestMemory

SHARED = GuestMemory(MEGABYTE)


def requested(memory: GuestMemory, component: int) -> int:
    return memory.read32(component + 24)


def play(device: AudioDevice, memory: GuestMemory, component: int, data: bytes, frames: int) -> bool:
    """Answer a request as a guest's interrupt handler does."""
    device.interrupted()
    memory.write_bytes(memory.read32(component + 20), data)
    memory.write32(component + 16, frames)
    return device.done()


def test_component_data_are_read(memory: GuestMemory, describe_sound: Callable[..., int]) -> None:
    component = read_component(memory, describe_sound(memory, 11025, 1, 8))
    assert (component.format, component.channels, component.rate) == (ComponentFormat.UNSIGNED_8, 1, 11025)
    assert component.frame_bytes == 1
    assert read_component(memory, describe_sound(memory, 44100, 2, 16)).frame_bytes == 4


def test_fractional_rate_is_reported_as_whole_hz(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    assert read_component(memory, describe_sound(memory, 22254.5454)).rate == 22254


@pytest.mark.parametrize(
    ("rate", "channels", "bits"), [(0, 2, 16), (48001, 2, 16), (3999, 1, 8), (8000, 3, 16), (8000, 1, 12)]
)
def test_unsupported_formats_raise_sound_format_error(
    memory: GuestMemory, describe_sound: Callable[..., int], rate: float, channels: int, bits: int
) -> None:
    with pytest.raises(SoundFormatError):
        read_component(memory, describe_sound(memory, rate, channels, bits))


@settings(max_examples=30)
@given(
    rate=st.sampled_from([4000, 8000, 11025, 22050, 22254.5454, 32000, 44100, 48000]),
    requests=st.lists(st.integers(1, 960), min_size=1, max_size=200),
)
def test_fractions_of_frames_add_up_over_requests(
    describe_sound: Callable[..., int], rate: float, requests: list[int]
) -> None:
    device = AudioDevice(SHARED)
    component = describe_sound(SHARED, rate)
    device.open(component)
    total = 0
    for samples in requests:
        assert device.request(samples)
        total += requested(SHARED, component)
    assert total == sum(requests) * exact_rate(int(rate)) // 48000


def test_11025_hz_alternate_between_220_and_221(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory, 11025)
    device.open(component)
    counts = []
    for number in range(1, 5):
        device.request(960)
        counts.append(requested(memory, component))
        assert memory.read32(component + 28) == number
    assert counts == [220, 221, 220, 221]


def test_request_is_limited_to_960_frames(memory: GuestMemory, describe_sound: Callable[..., int]) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory, 48000)
    device.open(component)
    device.request(0xFFFF_FFFF)
    assert requested(memory, component) == 960


def test_16_bit_samples_are_passed_unchanged(memory: GuestMemory, describe_sound: Callable[..., int]) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory, 22050, 2, 16)
    device.open(component)
    device.request(960)
    assert play(device, memory, component, bytes(range(8)), frames=2)
    answer = device.take_answer()
    assert answer is not None
    assert (answer.rate, answer.channels, answer.frames, answer.data) == (22050, 2, 2, bytes(range(8)))
    assert device.take_answer() is None


def test_8_bit_samples_are_converted_to_16_bits(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory, 11025, 1, 8)
    device.open(component)
    device.request(960)
    play(device, memory, component, bytes([0, 0x80, 0xFF]), frames=3)
    answer = device.take_answer()
    assert answer is not None
    assert np.frombuffer(answer.data, ">i2").tolist() == [-32768, 0, 32512]


def test_request_without_a_source_returns_false(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    assert not device.request(960)
    device.open(describe_sound(memory))
    assert device.request(960)
    device.open(0)
    assert not device.request(960)


def test_closing_the_source_drops_the_request(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory)
    device.open(component)
    device.request(960)
    device.open(0)
    assert not play(device, memory, component, b"", 0)


def test_answer_to_an_abandoned_request_is_discarded(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory)
    device.open(component)
    device.request(960)
    device.abandon()
    assert not play(device, memory, component, bytes(4), 1)
    assert device.take_answer() is None


def test_answer_to_an_earlier_request_is_discarded(
    memory: GuestMemory, describe_sound: Callable[..., int]
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory)
    device.open(component)
    device.request(960)
    device.interrupted()
    device.abandon()
    device.request(960)
    assert not device.done()  # still the first one's
    assert play(device, memory, component, bytes(4), 1)


def test_invalid_answer_is_dropped_and_logged_once(
    memory: GuestMemory, describe_sound: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory)
    device.open(component)
    for _ in range(3):
        device.request(960)
        memory.write32(component + 20, 0xFFFF_0000)
        device.interrupted()
        memory.write32(component + 16, 1)
        assert device.done()
        assert device.take_answer() is None
    assert len(caplog.records) == 1


def test_component_outside_memory_is_no_source(memory: GuestMemory) -> None:
    device = AudioDevice(memory)
    device.open(0xFFFF_FFF0)
    assert not device.request(960)
    device.reset()
    assert not device.request(960)


def test_answer_is_limited_to_960_frames(memory: GuestMemory, describe_sound: Callable[..., int]) -> None:
    device = AudioDevice(memory)
    component = describe_sound(memory)
    device.open(component)
    device.request(960)
    play(device, memory, component, b"", frames=5000)
    answer = device.take_answer()
    assert answer is not None
    assert (answer.frames, len(answer.data)) == (960, 3840)

"""The sound thread between a real emulator's end and viewers on an event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest

from moof.ipc import AudioRequest
from moof.server.audio.dtx_encoder import KEEP_ALIVE_MS
from moof.server.audio.pipeline import AudioPipeline
from moof.server.emulator.link import EmulatorLink
from moof.server.viewers import ViewerRegistry


class Line:
    """Source, viewers and sound loop, as the server wires them."""

    def __init__(self, pid: int) -> None:
        self.source = EmulatorLink(pid)
        self.viewers = ViewerRegistry()
        self.loop = AudioPipeline(self.source, self.viewers, asyncio.get_running_loop())

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - other threads bring it about
                await asyncio.sleep(0.002)


@pytest.fixture
async def line(own_pid: int) -> AsyncIterator[Line]:
    line = Line(own_pid)
    line.source.start()
    line.loop.start()
    yield line
    line.loop.stop()
    line.source.stop()
    assert not {"sound-clock", "emulator-link"} & {thread.name for thread in threading.enumerate()}


def square_wave(requested: int) -> tuple[int, int, bytes]:
    wave = np.where(np.arange(requested) // 48 % 2, 8000, -8000).astype(">i2")
    return 48_000, 2, np.repeat(wave, 2).tobytes()


def loudness(packets: list[tuple[bytes, int]]) -> float:
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    decoder.layout = "stereo"
    samples = [frame.to_ndarray() for data, _ in packets for frame in decoder.decode(av.Packet(data))]
    return float(np.abs(np.concatenate(samples, axis=1).astype(float)).max())


async def test_what_the_mac_plays_is_heard(line: Line, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: line.source.status.connected and line.loop.stats().playing)
    viewer.audio.clear()
    await line.until(lambda: len(viewer.audio) >= 10)
    assert loudness(viewer.audio) > 4000
    stats = line.loop.stats()
    assert (stats.rate, stats.channels) == (48_000, 2)
    assert 0 < stats.response_ms_p50 <= stats.response_ms_p99
    assert all(message == AudioRequest(960) for message in emulator.messages)


async def test_each_packet_is_960_later(line: Line, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: line.loop.stats().playing)
    viewer.audio.clear()
    await line.until(lambda: len(viewer.audio) >= 8)
    skipped = line.loop.stats().packets_skipped
    stamps = [stamp for _, stamp in viewer.audio]
    assert all((b - a) % 960 == 0 and b > a for a, b in pairwise(stamps))
    assert stamps[-1] - stamps[0] <= 960 * (len(stamps) - 1 + skipped)


async def test_in_silence_time_goes_on_without_packets(line: Line, make_viewer: Any) -> None:
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    settled = len(viewer.audio)
    await line.until(lambda: len(viewer.audio) > settled)
    stamps = [stamp for _, stamp in viewer.audio[settled - 1 :]]
    assert stamps[1] - stamps[0] >= 48_000 * KEEP_ALIVE_MS // 1000
    assert loudness(viewer.audio) < 10


async def test_after_silence_the_mac_is_heard_from_its_first_sample(
    line: Line, emulator: Any, make_viewer: Any
) -> None:
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    emulator.messages.clear()
    await line.until(lambda: len(emulator.messages) >= 2)  # it is asked all the time
    viewer.audio.clear()
    emulator.answer = square_wave
    await line.until(lambda: len(viewer.audio) >= 3)
    first = next(index for index, (packet, _) in enumerate(viewer.audio) if len(packet) > 3)
    assert loudness(viewer.audio[first : first + 1]) > 4000


async def test_nobody_listens_nobody_asks(line: Line, emulator: Any, make_viewer: Any) -> None:
    await line.until(lambda: line.source.status.connected)
    await asyncio.sleep(0.1)
    line.viewers.add(make_viewer(ready=False))
    await asyncio.sleep(0.1)
    assert emulator.messages == []


async def test_one_question_for_each_packet(line: Line, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    await line.until(lambda: line.source.status.connected)
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: len(viewer.audio) >= 10)
    line.viewers.remove(viewer)
    stats = line.loop.stats()
    assert abs(len(emulator.messages) - stats.packets) <= 2 + stats.packets_skipped


async def test_an_emulator_that_never_signals_is_heard(line: Line, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    emulator.end.audio._eventfd = emulator.end._frame_eventfd  # signals go where nobody expects them
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: line.loop.stats().playing)
    viewer.audio.clear()
    await line.until(lambda: len(viewer.audio) >= 10)
    assert loudness(viewer.audio) > 4000


async def test_the_next_emulator_is_heard_by_the_same_viewers(
    line: Line, make_emulator: Callable[..., Any], make_viewer: Any
) -> None:
    viewer = make_viewer()
    line.viewers.add(viewer)
    for _ in range(2):
        emulator = make_emulator()
        emulator.answer = square_wave
        await line.until(lambda: line.loop.stats().playing)
        emulator.close()
        await line.until(lambda: not line.loop.stats().playing)
    stamps = [stamp for _, stamp in viewer.audio]
    assert stamps == sorted(stamps)


async def test_nonsense_in_the_ring_stops_nothing(line: Line, emulator: Any, make_viewer: Any) -> None:
    viewer = make_viewer()
    line.viewers.add(viewer)
    await line.until(lambda: line.source.status.connected)
    emulator.end.segment.write("audio_frame_write_idx", 99)
    count = len(viewer.audio)
    await line.until(lambda: len(viewer.audio) > count)
    emulator.end.segment.write("audio_frame_write_idx", 0)
    emulator.answer = square_wave
    await line.until(lambda: line.loop.stats().playing)


async def test_a_viewer_that_breaks_does_not_break_the_others(
    line: Line, make_viewer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = make_viewer(id="broken"), make_viewer(id="whole")
    broken.send_audio = None
    line.viewers.add(broken)
    line.viewers.add(whole)
    await line.until(lambda: len(whole.audio) >= 2)
    assert "broken" in caplog.text

"""The sound thread between a real end of the contract and listeners on an event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest

from moof.ipc import AudioRequest, EmulatorConnection
from moof.media.opus import KEEPALIVE_MS, silence_packet
from moof.server.audio.opening import ListenerOpenings
from moof.server.audio.pipeline import AudioPipeline
from moof.server.emulator.extension import NoExtension
from moof.server.emulator.link import EmulatorLink
from moof.server.viewers import ViewerRegistry


class SwitchableExtension(NoExtension):
    """An emulator that may say that it answers requests of any length."""

    exact = False

    def has_exact_sound(self, connection: EmulatorConnection) -> bool:
        return self.exact


class Server:
    """Emulator link, viewers and audio pipeline, connected as in the server."""

    def __init__(self, pid: int, opening_seconds: float = 0.0) -> None:
        self.link = EmulatorLink(pid)
        self.viewers = ViewerRegistry()
        self.extension = SwitchableExtension()
        self.audio = AudioPipeline(
            self.link, self.viewers, exact=self.extension, openings=ListenerOpenings(opening_seconds)
        )

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - other threads change it
                await asyncio.sleep(0.002)


@pytest.fixture
async def server(own_pid: int) -> AsyncIterator[Server]:
    server = Server(own_pid)
    server.link.start()
    server.audio.start()
    yield server
    server.audio.stop()
    server.link.stop()
    assert not {"sound-clock", "emulator-link"} & {thread.name for thread in threading.enumerate()}


def square_wave(requested: int) -> tuple[int, int, bytes]:
    wave = np.where(np.arange(requested) // 48 % 2, 8000, -8000).astype(">i2")
    return 48_000, 2, np.repeat(wave, 2).tobytes()


def peak(packets: list[tuple[bytes, int]]) -> float:
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    decoder.layout = "stereo"
    samples = [frame.to_ndarray() for data, _ in packets for frame in decoder.decode(av.Packet(data))]
    return float(np.abs(np.concatenate(samples, axis=1).astype(float)).max())


async def test_what_the_emulator_plays_is_sent(server: Server, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.link.status.connected and server.audio.stats().playing)
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 10)
    assert peak(viewer.audio) > 4000
    stats = server.audio.stats()
    assert (stats.rate, stats.channels) == (48_000, 2)
    assert 0 < stats.response_ms_p50 <= stats.response_ms_p99
    assert all(message == AudioRequest(960) for message in emulator.messages)


async def test_the_timestamp_advances_by_960_per_packet(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    emulator.answer = square_wave
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.audio.stats().playing)
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 8)
    skipped = server.audio.stats().packets_skipped
    stamps = [stamp for _, stamp in viewer.audio]
    assert all((b - a) % 960 == 0 and b > a for a, b in pairwise(stamps))
    assert stamps[-1] - stamps[0] <= 960 * (len(stamps) - 1 + skipped)


async def test_an_emulator_that_answers_any_request_gets_short_ones(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    emulator.answer = square_wave
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.audio.stats().playing)
    server.extension.exact = True
    await server.until(lambda: server.audio.stats().packet_ms == 10 and server.audio.stats().playing)
    viewer.audio.clear()
    emulator.messages.clear()
    await server.until(lambda: len(viewer.audio) >= 10)
    stamps = [stamp for _, stamp in viewer.audio]
    assert all((b - a) % 480 == 0 and b > a for a, b in pairwise(stamps))
    assert set(emulator.messages) == {AudioRequest(480)}
    assert peak(viewer.audio) > 4000
    server.extension.exact = False
    await server.until(lambda: AudioRequest(960) in emulator.messages)


@pytest.mark.parametrize("plays", [True, False])
async def test_a_listener_gets_packets_of_silence_at_first(
    plays: bool, emulator: Any, make_viewer: Any, own_pid: int
) -> None:
    emulator.answer = square_wave if plays else None
    server = Server(own_pid, opening_seconds=0.3)
    server.link.start()
    server.audio.sound_source_changed(plays)
    viewer = make_viewer()
    server.viewers.add(viewer)
    server.audio.start()
    try:
        await server.until(lambda: server.link.status.connected and len(viewer.audio) >= 5)
        first = viewer.audio[:5]
        assert {packet for packet, _ in first} == {silence_packet(20)}
        assert all((b - a) % 1920 == 0 and b > a for (_, a), (_, b) in pairwise(first))
        if plays:
            await server.until(lambda: peak(viewer.audio) > 4000)
    finally:
        server.audio.stop()
        server.link.stop()


async def test_the_timestamp_advances_during_dtx(server: Server, make_viewer: Any) -> None:
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    count = len(viewer.audio)
    await server.until(lambda: len(viewer.audio) > count)
    stamps = [stamp for _, stamp in viewer.audio[count - 1 :]]
    assert stamps[1] - stamps[0] >= 48_000 * KEEPALIVE_MS // 1000
    assert peak(viewer.audio) < 10


async def test_sound_after_silence_is_sent_from_its_first_packet(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    emulator.messages.clear()
    await server.until(lambda: len(emulator.messages) >= 2)  # requests go on during silence
    viewer.audio.clear()
    emulator.answer = square_wave
    await server.until(lambda: len(viewer.audio) >= 3)
    first = next(index for index, (packet, _) in enumerate(viewer.audio) if len(packet) > 3)
    assert peak(viewer.audio[first : first + 1]) > 4000


async def test_nothing_is_requested_while_nothing_may_play(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    server.audio.sound_source_changed(False)
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    emulator.messages.clear()
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 3)  # each after 400 ms of silence
    assert emulator.messages == []
    stamps = [stamp for _, stamp in viewer.audio]
    assert [b - a for a, b in pairwise(stamps)] == [48 * KEEPALIVE_MS] * 2
    emulator.answer = square_wave
    server.audio.sound_source_changed(True)
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 3)
    first = next(index for index, (packet, _) in enumerate(viewer.audio) if len(packet) > 3)
    assert peak(viewer.audio[first : first + 1]) > 4000
    assert all((stamp - stamps[-1]) % 960 == 0 for _, stamp in viewer.audio)
    server.audio.sound_source_changed(False)  # while it still plays: what plays is heard to its end
    count = len(emulator.messages)
    await server.until(lambda: len(emulator.messages) > count + 5)


async def test_silence_is_not_requested_of_an_emulator_that_says_that_nothing_plays(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    emulator.answer = lambda requested: (48_000, 2, bytes(4 * requested))
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.audio.stats().playing)
    await server.until(lambda: viewer.audio and len(viewer.audio[-1][0]) == 1)
    server.audio.sound_source_changed(False)
    viewer.audio.clear()
    await server.until(lambda: viewer.audio)
    emulator.messages.clear()
    await server.until(lambda: len(viewer.audio) >= 3)
    assert emulator.messages == []
    emulator.answer = square_wave
    server.audio.sound_source_changed(True)
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 3)
    first = next(index for index, (packet, _) in enumerate(viewer.audio) if len(packet) > 3)
    assert peak(viewer.audio[first : first + 1]) > 4000


async def test_without_a_listener_nothing_is_requested(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    await server.until(lambda: server.link.status.connected)
    await asyncio.sleep(0.1)
    server.viewers.add(make_viewer(ready=False))
    await asyncio.sleep(0.1)
    assert emulator.messages == []


async def test_each_packet_has_at_most_one_request(server: Server, emulator: Any, make_viewer: Any) -> None:
    emulator.answer = square_wave
    await server.until(lambda: server.link.status.connected)
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: len(viewer.audio) >= 10)
    server.viewers.remove(viewer)
    stats = server.audio.stats()
    assert 2 <= len(emulator.messages) <= stats.packets + 2 + stats.packets_skipped


async def test_sound_of_an_emulator_that_never_signals_is_sent(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    emulator.answer = square_wave
    emulator.end.audio._eventfd = (
        emulator.end._frame_eventfd
    )  # signals go to a descriptor that the sound thread does not wait for
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.audio.stats().playing)
    viewer.audio.clear()
    await server.until(lambda: len(viewer.audio) >= 10)
    assert peak(viewer.audio) > 4000


async def test_the_next_emulator_is_sent_to_the_same_listeners(
    server: Server, make_emulator: Callable[..., Any], make_viewer: Any
) -> None:
    viewer = make_viewer()
    server.viewers.add(viewer)
    for _ in range(2):
        emulator = make_emulator()
        emulator.answer = square_wave
        await server.until(lambda: server.audio.stats().playing)
        emulator.close()
        await server.until(lambda: not server.audio.stats().playing)
    stamps = [stamp for _, stamp in viewer.audio]
    assert stamps == sorted(stamps)


async def test_an_invalid_ring_does_not_stop_the_sound(
    server: Server, emulator: Any, make_viewer: Any
) -> None:
    viewer = make_viewer()
    server.viewers.add(viewer)
    await server.until(lambda: server.link.status.connected)
    emulator.end.segment.write("audio_frame_write_idx", 99)
    count = len(viewer.audio)
    await server.until(lambda: len(viewer.audio) > count)
    emulator.end.segment.write("audio_frame_write_idx", 0)
    emulator.answer = square_wave
    await server.until(lambda: server.audio.stats().playing)


async def test_an_error_with_one_viewer_does_not_affect_the_others(
    server: Server, make_viewer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken, working = make_viewer(id="broken"), make_viewer(id="working")
    broken.send_audio = None
    server.viewers.add(broken)
    server.viewers.add(working)
    await server.until(lambda: len(working.audio) >= 2)
    assert "broken" in caplog.text

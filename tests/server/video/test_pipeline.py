"""The picture thread between the emulator's end of the contract and viewers on an event loop."""

import asyncio
import io
import struct
import threading
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from moof.ipc import PingEcho
from moof.server.emulator.extension import NoExtension
from moof.server.emulator.link import EmulatorLink
from moof.server.video.pipeline import VideoPipeline
from moof.server.viewers import ViewerRegistry

TILE = struct.Struct("<BBHHHHHHHIHH")


class Stage:
    """Emulator link, viewers and pipeline, connected as in the server."""

    def __init__(self, pid: int) -> None:
        self.link = EmulatorLink(pid)
        self.viewers = ViewerRegistry()
        self.pipeline = VideoPipeline(self.link, self.viewers, asyncio.get_running_loop(), NoExtension())

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - other threads make it true
                await asyncio.sleep(0.002)


@pytest.fixture
async def stage(own_pid: int) -> AsyncIterator[Stage]:
    stage = Stage(own_pid)
    stage.link.start()
    stage.pipeline.start()
    yield stage
    stage.pipeline.stop()
    stage.link.stop()
    assert not {"picture", "emulator-link"} & {thread.name for thread in threading.enumerate()}


def canvas_of(viewer: Any) -> NDArray[np.uint8]:
    """Draw all updates that a viewer got; RGB."""
    canvas = np.zeros((0, 0, 3), np.uint8)
    for *tiles, _ in viewer.tiles:
        if not tiles:
            continue
        _, _, x, y, w, h, width, height, *_ = TILE.unpack_from(tiles[0])
        if canvas.shape != (height, width, 3):
            canvas = np.zeros((height, width, 3), np.uint8)
        png = b"".join(tile[TILE.size :] for tile in tiles)
        canvas[y : y + h, x : x + w] = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    return canvas


def rgb(emulator: Any) -> NDArray[np.uint8]:
    height, width = emulator.picture.shape
    bgra: NDArray[np.uint8] = emulator.picture.view(np.uint8).reshape(height, width, 4)
    return bgra[..., 2::-1]


def decode(payloads: list[bytes]) -> list[av.VideoFrame]:
    """Decode single NAL units and STAP-A payloads (RFC 6184), which small pictures consist of."""
    stream = b""
    for payload in payloads:
        nals = [payload]
        if payload[0] & 0x1F == 24:
            nals, rest = [], payload[1:]
            while rest:
                size = int.from_bytes(rest[:2], "big")
                nals.append(rest[2 : 2 + size])
                rest = rest[2 + size :]
        stream += b"".join(b"\0\0\0\1" + nal for nal in nals)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    return [*decoder.decode(av.Packet(stream)), *decoder.decode(None)]


async def test_viewer_gets_a_static_picture(stage: Stage, emulator: Any, make_viewer: Any) -> None:
    emulator.paint(0, 0, 64, 48, 0xFF808080)
    viewer = make_viewer()
    stage.viewers.add(viewer)
    await stage.until(lambda: viewer.video)
    payloads, timestamp, info = viewer.video[0]
    (frame,) = decode(list(payloads))
    assert np.abs(frame.to_ndarray(format="rgb24").astype(int) - 128).max() <= 4
    assert struct.unpack_from("<HH", info, 6) == (64, 48)
    assert struct.unpack_from("<I", info, 12) == (timestamp,)


async def test_timetimestamps_of_moving_pictures_increase(
    stage: Stage, emulator: Any, make_viewer: Any
) -> None:
    viewer = make_viewer()
    stage.viewers.add(viewer)
    seen = [0]
    for step in range(10):
        seen.append(len(viewer.video))
        emulator.paint(step, step, 20, 20, 0xFF000000 + step * 1000)
        await stage.until(lambda: len(viewer.video) > seen[-1])
    timestamps = [timestamp for _, timestamp, _ in viewer.video]
    assert all(0 < (b - a) % 2**32 < 2**31 for a, b in pairwise(timestamps))
    assert stage.pipeline.stats().frames == 10


async def test_tiles_end_with_the_right_picture_for_fast_and_slow_viewers(
    stage: Stage, emulator: Any, make_viewer: Any
) -> None:
    quick, slow = make_viewer(id="quick", codec="png"), make_viewer(id="slow", codec="png")
    stage.viewers.add(quick)
    stage.viewers.add(slow)
    random = np.random.default_rng(1)
    for step in range(60):
        slow.tiles_backlog = 1_000_000 if step % 7 else 0
        x, y = random.integers(0, 40), random.integers(0, 30)
        emulator.paint(x, y, 20, 10, 0xFF000000 + int(random.integers(0, 1 << 24)))
        if step % 5 == 0:
            await asyncio.sleep(0.005)
    slow.tiles_backlog = 0
    stage.viewers.wake()
    await stage.until(lambda: np.array_equal(canvas_of(quick), rgb(emulator)))
    await stage.until(lambda: np.array_equal(canvas_of(slow), rgb(emulator)))


async def test_unchanged_frames_are_not_sent(stage: Stage, emulator: Any, make_viewer: Any) -> None:
    viewer = make_viewer(codec="png")
    stage.viewers.add(viewer)
    emulator.publish()
    await stage.until(lambda: viewer.tiles)
    for _ in range(20):
        emulator.publish()
        await asyncio.sleep(0.002)
    assert len(viewer.tiles) == 1


async def test_ping_is_answered_without_changed_pixels(stage: Stage, emulator: Any, make_viewer: Any) -> None:
    video, tiles = make_viewer(id="a"), make_viewer(id="b", codec="png")
    stage.viewers.add(video)
    stage.viewers.add(tiles)
    emulator.publish()
    await stage.until(lambda: video.video and tiles.tiles)
    timestamp = video.video[-1][1]
    emulator.publish(ping=PingEcho(77, 1, 2, 3, 4))
    await stage.until(lambda: len(tiles.tiles) == 2 and video.video[-1][0] == ())
    _, info_timestamp, info = video.video[-1]
    assert info_timestamp == timestamp
    times = struct.unpack_from("<7d", info, 24)
    assert struct.unpack_from("<I", info, 20) == (77,)
    assert times[:4] == (1, 2, 3, 4)
    assert times[4] <= times[5] <= times[6]
    assert len(tiles.tiles[-1]) == 1


async def test_keyframe_request_is_answered_by_a_key_frame(
    stage: Stage, emulator: Any, make_viewer: Any
) -> None:
    viewer = make_viewer()
    stage.viewers.add(viewer)
    emulator.publish()
    await stage.until(lambda: viewer.video)
    viewer.video.clear()
    stage.viewers.request_keyframe(viewer)
    await stage.until(lambda: viewer.video and decode(list(viewer.video[0][0])))


async def test_viewer_changes_its_codec(stage: Stage, emulator: Any, make_viewer: Any) -> None:
    stays, changes = make_viewer(id="stays"), make_viewer(id="changes")
    stage.viewers.add(stays)
    stage.viewers.add(changes)
    emulator.paint(1, 1, 9, 9)
    await stage.until(lambda: changes.video and stays.video)
    stage.viewers.set_codec(changes, "png")
    await stage.until(lambda: np.array_equal(canvas_of(changes), rgb(emulator)))
    changes.video.clear()
    stage.viewers.set_codec(changes, "h264")
    await stage.until(lambda: changes.video and decode(list(changes.video[0][0])))
    assert set(stage.pipeline.stats().renditions) == {"h264"}


async def test_viewers_get_the_next_emulators_picture(
    stage: Stage, make_emulator: Callable[..., Any], make_viewer: Any
) -> None:
    first = make_emulator()
    video, tiles = make_viewer(id="a"), make_viewer(id="b", codec="png")
    stage.viewers.add(video)
    stage.viewers.add(tiles)
    first.publish()
    await stage.until(lambda: video.video and tiles.tiles)
    first.close()
    await stage.until(lambda: not stage.link.status.connected)
    video.video.clear()
    second = make_emulator(100, 80)
    second.paint(3, 3, 9, 9)
    await stage.until(lambda: np.array_equal(canvas_of(tiles), rgb(second)))
    await stage.until(lambda: video.video)
    (frame,) = decode(list(video.video[0][0]))
    assert (frame.width, frame.height) == (100, 80)


async def test_invalid_shared_memory_ends_the_connection_and_a_valid_one_follows(
    stage: Stage, emulator: Any, make_viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moof.server.emulator.link._FIRST_BACK_OFF", 0.1)
    viewer = make_viewer(codec="png")
    stage.viewers.add(viewer)
    emulator.publish()
    await stage.until(lambda: viewer.tiles)
    lost = stage.link.connection()
    while stage.link.connection() is lost:
        emulator.end.segment.write("ready_index", 17)
        emulator.end.segment.write("frame_count", emulator.end.segment.read("frame_count") + 1)
        stage.viewers.wake()
        await asyncio.sleep(0.02)
    emulator.paint(5, 5, 5, 5)
    await stage.until(lambda: np.array_equal(canvas_of(viewer), rgb(emulator)))


async def test_error_in_one_viewer_does_not_affect_others(
    stage: Stage, emulator: Any, make_viewer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = make_viewer(id="broken"), make_viewer(id="whole")
    broken.send_video = None
    stage.viewers.add(broken)
    stage.viewers.add(whole)
    emulator.publish()
    await stage.until(lambda: whole.video)
    assert "broken" in caplog.text


async def test_frames_are_counted_but_not_encoded_without_viewers(stage: Stage, emulator: Any) -> None:
    for _ in range(3):
        emulator.publish()
    await stage.until(lambda: stage.pipeline.stats().frames == 3)
    assert stage.pipeline.stats().renditions == {}


async def test_pipeline_stops_with_viewers_present(stage: Stage, emulator: Any, make_viewer: Any) -> None:
    stage.viewers.add(make_viewer())
    emulator.publish()
    await asyncio.sleep(0)

"""Encoders alone: CPU, bytes and quality of each codec on the drag workload, without server and browser.

`python bench/encoders.py` prints one Markdown table: the cost of a picture while a window is dragged, the
size of a key frame, the PSNR of the decoded picture in motion and at rest (and after how many refinements),
and the cost of a picture in which nothing changed. "h264-ffmpeg" and "vp9-ffmpeg"
are encoded without calling libx264 and libvpx themselves.
"""

from __future__ import annotations

import argparse
import io
import math
import time
from dataclasses import dataclass, replace

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.tables import table
from moof.geometry import EMPTY, Rect
from moof.media.changed_blocks import BlockVersions, copy_changes
from moof.media.codecs import CODECS, AccessUnit, Codec, VideoEncoder
from moof.media.codecs.h264 import AvH264Encoder, default_bitrate
from moof.media.codecs.vp9 import AvVp9Encoder
from sources.drag import BLOCK_HEIGHT, DragScene

FPS = 60
RTP_TICKS = 1500
MAX_REFINEMENTS = 90
STILL_PICTURES = 60
DECODERS = {"video/H264": "h264", "video/VP9": "libvpx-vp9", "video/AV1": "libdav1d"}

Picture = NDArray[np.uint8]


@dataclass
class Case:
    """Cost and quality of one codec at one size; bytes and CPU are of a picture in motion."""

    cpu_ms: float
    bytes: float
    key_bytes: int
    moving: float
    resting: float
    refinements: int
    still_ms: float = 0.0


def ffmpeg_h264(width: int, height: int, fps: int) -> AvH264Encoder:
    """Return the H.264 encoder that is used without libx264."""
    return AvH264Encoder(width, height, fps, default_bitrate(width, height, fps))


def ffmpeg_vp9(width: int, height: int, fps: int) -> AvVp9Encoder:
    """Return the VP9 encoder that is used without libvpx."""
    return AvVp9Encoder(width, height, fps, default_bitrate(width, height, fps))


ALL = {
    **CODECS,
    "h264-ffmpeg": replace(CODECS["h264"], name="h264-ffmpeg", make=ffmpeg_h264),
    "vp9-ffmpeg": replace(CODECS["vp9"], name="vp9-ffmpeg", make=ffmpeg_vp9),
}


class Drag:
    """The pictures of the drag workload, and the area that changes in each of them."""

    def __init__(self, width: int, height: int) -> None:
        self.scene = DragScene(width, height)
        self.picture = np.zeros((height, width, 4), np.uint8)
        self.frame = 0
        self.blocks = BlockVersions(width, height)
        self._copy = np.zeros((height, width), np.uint32)
        self._window: Rect | None = None

    def step(self) -> Rect:
        """Draw the next picture and return the rectangle that changed."""
        self.frame += 1
        self.scene.draw(self.picture, 0, self.frame, self.frame * 1_000_000 // FPS)
        height, width = self.scene.window.shape[:2]
        window = Rect(*self.scene.position(self.frame), width, height)
        bar = Rect(0, 0, self.picture.shape[1], BLOCK_HEIGHT)
        changed = window.union(self._window or window).union(bar)
        self._window = window
        copy_changes(self.picture, self._copy, self.blocks, changed)
        return changed

    def changed_blocks(self) -> NDArray[np.bool_]:
        """Return which blocks of 16x16 pixels the last step has changed; the server gives them, too."""
        return self.blocks.changed_since(self.blocks.version - 1)


class Decoder:
    """Decodes one RTP codec as a viewer does."""

    def __init__(self, codec: Codec) -> None:
        context = av.CodecContext.create(DECODERS[codec.mime], "r")
        assert isinstance(context, av.VideoCodecContext)
        context.flags |= av.codec.context.Flags.low_delay
        self._context = context
        self._context.thread_count = 1
        self._frame: av.VideoFrame | None = None

    def decode(self, unit: AccessUnit) -> None:
        """Decode one access unit."""
        for frame in self._context.decode(av.Packet(unit.data)):
            self._frame = frame

    def psnr(self, picture: Picture) -> float:
        """Return the PSNR of the last picture against BGRA `picture`, in dB over red, green and blue."""
        assert self._frame is not None
        error = float(
            np.mean((rgb_of(self._frame, picture.shape[1], picture.shape[0]) - picture[..., 2::-1]) ** 2)
        )
        return 10 * math.log10(255**2 / error) if error else math.inf


def rgb_of(frame: av.VideoFrame, width: int, height: int) -> NDArray[np.float64]:
    """Return a decoded frame's red, green and blue (height, width, 3), from BT.709 of full range."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8)
        .reshape(-1, plane.line_size)[: plane.height, : plane.width]
        .astype(float)
        for plane in frame.planes
    )
    if u.shape != y.shape:
        u, v = (plane.repeat(2, axis=0).repeat(2, axis=1)[: y.shape[0], : y.shape[1]] for plane in (u, v))
    red, blue = y + 1.5748 * (v - 128), y + 1.8556 * (u - 128)
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.dstack([red, green, blue]).round().clip(0, 255)[:height, :width]


def video(codec: Codec, drag: Drag, frames: int) -> Case:
    """Measure a codec that goes over RTP."""
    assert codec.make is not None
    height, width = drag.picture.shape[:2]
    encoder, decoder = codec.make(width, height, FPS), Decoder(codec)
    drag.step()
    key = encoder.encode(drag.picture, None, 0, True)
    decoder.decode(key)
    cpu, moving = 0.0, 0
    for index in range(1, frames + 1):
        changed, blocks = drag.step(), drag.changed_blocks()
        started = time.process_time()
        unit = encoder.encode(drag.picture, changed, index * RTP_TICKS, blocks=blocks)
        if index > frames // 4:  # the rate control has compensated for the key frame
            cpu += time.process_time() - started
            moving += len(unit.data)
        decoder.decode(unit)
    measured = frames - frames // 4
    quality = decoder.psnr(drag.picture)
    refinements = refine(encoder, decoder, unit, drag.picture, frames)
    resting = decoder.psnr(drag.picture)
    started = time.process_time()
    for index in range(STILL_PICTURES):
        encoder.encode(drag.picture, EMPTY, (frames + MAX_REFINEMENTS + 1 + index) * RTP_TICKS)
    still = time.process_time() - started
    return Case(
        cpu / measured * 1000,
        moving / measured,
        len(key.data),
        quality,
        resting,
        refinements,
        still / STILL_PICTURES * 1000,
    )


def refine(encoder: VideoEncoder, decoder: Decoder, unit: AccessUnit, picture: Picture, index: int) -> int:
    """Encode a resting picture again while the codec requests it; return how often that was."""
    count = 0
    while unit.refine and count < MAX_REFINEMENTS:
        count += 1
        unit = encoder.encode(picture, EMPTY, (index + count) * RTP_TICKS)
        decoder.decode(unit)
    return count


def rectangles(codec: Codec, drag: Drag, frames: int) -> Case:
    """Measure a lossless codec."""
    assert codec.encode is not None
    drag.step()
    whole = codec.encode(drag.picture, Rect.whole(drag.picture.shape[1], drag.picture.shape[0]))
    cpu, moving = 0.0, 0
    for _ in range(frames):
        changed = drag.step()
        started = time.process_time()
        file = codec.encode(drag.picture, changed)
        cpu += time.process_time() - started
        moving += len(file)
    decoded = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    assert np.array_equal(decoded, drag.picture[changed.slices][..., 2::-1]), "not lossless"
    return Case(cpu / frames * 1000, moving / frames, len(whole), math.inf, math.inf, 0)


def row(name: str, size: str, case: Case) -> list[str]:
    """Return a line of the table."""
    return [
        name,
        size,
        f"{case.cpu_ms:.1f}",
        f"{case.bytes / 1000:.1f}",
        f"{case.bytes * 8 * FPS / 1e6:.1f}",
        f"{case.key_bytes / 1000:.0f}",
        f"{case.moving:.1f}",
        f"{case.resting:.1f}",
        str(case.refinements),
        f"{case.still_ms:.1f}",
    ]


HEAD = [
    "codec",
    "size",
    "CPU ms/picture",
    "KB/picture",
    "Mb/s at 60 fps",
    "key KB",
    "moving dB",
    "resting dB",
    "refined",
    "still ms",
]


def main() -> None:
    """Measure the codecs and sizes that the options name."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--codecs", default=",".join(ALL))
    arguments.add_argument("--sizes", default="1024x768,1920x1080")
    arguments.add_argument("--frames", type=int, default=120)
    options = arguments.parse_args()
    rows = []
    for size in options.sizes.split(","):
        width, height = map(int, size.split("x"))
        for name in options.codecs.split(","):
            codec = ALL[name]
            measure = video if codec.make is not None else rectangles
            rows.append(row(name, size, measure(codec, Drag(width, height), options.frames)))
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()

"""Pictures of documents: indexed pixels in the guest, PNG on the host, where it also reads JPEG, GIF and BMP.

The guest's form, big endian: u16 width, height and number of colours (at most 255), two bytes 0, the colours
as u32 0x00RRGGBB, then a byte for each pixel, row after row.
"""

import io
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

MAX_COLOURS: Final = 255
MAX_PICTURE_PIXELS: Final = 50_000_000
_HEADER: Final = struct.Struct(">HHHxx")
_READERS: Final = {b"\x89PNG": "png_pipe", b"\xff\xd8\xff": "jpeg_pipe", b"GIF8": "gif", b"BM": "bmp_pipe"}
_PALETTE_SIDE: Final = 16  # paletteuse takes the palette as a picture of 16x16


class PictureDocumentError(ValueError):
    """A file or a buffer that is no picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the guest draws on: its size in pixels, and its colours, uint32 (n,), 0x00RRGGBB."""

    width: int
    height: int
    colours: NDArray[np.uint32]

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the sheet that a buffer begins with. Raises PictureDocumentError."""
        if len(data) < _HEADER.size:
            raise PictureDocumentError("a picture without a header")
        width, height, count = _HEADER.unpack_from(data)
        if not width or not height or not 0 < count <= MAX_COLOURS or len(data) < _HEADER.size + 4 * count:
            raise PictureDocumentError(f"a picture of {width}x{height} pixels and {count} colours")
        return cls(width, height, np.frombuffer(data, ">u4", count, _HEADER.size).astype(np.uint32))

    @property
    def header_bytes(self) -> int:
        """Bytes before the pixels."""
        return _HEADER.size + 4 * len(self.colours)

    def to_bytes(self, pixels: NDArray[np.uint8]) -> bytes:
        """Return the guest's form of pixels, uint8 (height, width)."""
        header = _HEADER.pack(self.width, self.height, len(self.colours))
        return header + self.colours.astype(">u4").tobytes() + pixels.tobytes()


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """The guest's form of a file's picture; `exact` is whether it has all its pixels and colours."""

    data: bytes
    exact: bool


def picture_for_host(data: bytes) -> bytes:
    """Return the PNG file of a picture of the guest. Raises PictureDocumentError."""
    import av

    sheet = Sheet.from_bytes(data)
    count = sheet.width * sheet.height
    if len(data) < sheet.header_bytes + count:
        raise PictureDocumentError("a picture with too few pixels")
    indices = np.frombuffer(data, np.uint8, count, sheet.header_bytes)
    if indices.max() >= len(sheet.colours):
        raise PictureDocumentError("a pixel of a colour that the picture lacks")
    rgb = _rgb(sheet.colours)[indices].reshape(sheet.height, sheet.width, 3)
    encoder: Any = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = sheet.width, sheet.height, "rgb24"
    encoder.time_base = Fraction(1)
    packets = encoder.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")) + encoder.encode(None)
    return b"".join(map(bytes, packets))


def picture_for_mac(file: bytes, sheet: Sheet) -> SheetPicture:
    """Return a file's picture on the sheet: in its upper left corner, reduced to its size and colours.

    What it does not cover has the colour nearest to white. Raises PictureDocumentError.
    """
    rgb, scaled = _decode(file, sheet)
    indices = _dithered(rgb, sheet.colours)
    exact = not scaled and bool((_rgb(sheet.colours)[indices] == rgb).all())
    white = int(_rgb(sheet.colours).sum(axis=1).argmax())
    pixels = np.full((sheet.height, sheet.width), white, np.uint8)
    pixels[: rgb.shape[0], : rgb.shape[1]] = indices
    return SheetPicture(sheet.to_bytes(pixels), exact)


def _rgb(colours: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return np.stack([colours >> 16, colours >> 8, colours], axis=1).astype(np.uint8)


def _decode(file: bytes, sheet: Sheet) -> tuple[NDArray[np.uint8], bool]:
    """Return the picture on white, uint8 (h, w, 3), and whether it was reduced to the sheet's size."""
    import av

    reader = next((name for start, name in _READERS.items() if file.startswith(start)), None)
    if reader is None:
        raise PictureDocumentError("not a picture that is read here")
    try:
        options = {"max_pixels": str(MAX_PICTURE_PIXELS)}
        with av.open(io.BytesIO(file), "r", format=reader) as container:
            container.streams.video[0].codec_context.options = options
            frame = next(container.decode(video=0))
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise PictureDocumentError(f"a picture that cannot be read: {error}") from error
    factor = min(1.0, sheet.width / frame.width, sheet.height / frame.height)
    size = max(1, int(frame.width * factor)), max(1, int(frame.height * factor))
    # In two steps: where FFmpeg's scaler does both at once, memory that nobody has written gets into the
    # picture (seen with JPEG).
    whole = frame.reformat(format="rgba")
    rgba = whole.reformat(*size, interpolation="AREA").to_ndarray().astype(np.uint32)
    alpha = rgba[:, :, 3:]
    return ((rgba[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8), factor < 1


def _dithered(rgb: NDArray[np.uint8], colours: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the index of a colour for each pixel, with the error spread to its neighbours."""
    import av.filter

    known = _rgb(colours)
    entries = np.concatenate([known, np.repeat(known[:1], _PALETTE_SIDE**2 - len(known), axis=0)])
    graph = av.filter.Graph()
    use, sink = graph.add("paletteuse", "dither=sierra2_4a"), graph.add("buffersink")
    frames = [_bgra_frame(rgb), _bgra_frame(entries.reshape(_PALETTE_SIDE, _PALETTE_SIDE, 3))]
    sources = [
        graph.add("buffer", f"video_size={each.width}x{each.height}:pix_fmt=bgra:time_base=1/1")
        for each in frames
    ]
    for number, source in enumerate(sources):
        source.link_to(use, 0, number)
    use.link_to(sink)
    graph.configure()
    for source, frame in zip(sources, frames, strict=True):
        source.push(frame)
    for source in sources:
        source.push(None)
    result: Any = sink.pull()
    pixels, palette = result.to_ndarray()  # the palette is sorted anew: A, R, G, B
    index = {tuple(colour): number for number, colour in reversed([*enumerate(known.tolist())])}
    table = np.array([index.get(tuple(entry), 0) for entry in palette[:, 1:].tolist()], np.uint8)
    found: NDArray[np.uint8] = table[pixels]
    return found


def _bgra_frame(rgb: NDArray[np.uint8]) -> Any:
    import av

    pixels = np.full((*rgb.shape[:2], 4), 255, np.uint8)
    pixels[:, :, :3] = rgb[:, :, ::-1]
    frame = av.VideoFrame.from_ndarray(pixels, format="bgra")
    frame.pts, frame.time_base = 0, Fraction(1)
    return frame

"""One pass over a new picture: finds what changed, copies that, and records which blocks it was.

A block has 16x16 pixels, like a macroblock of H.264. The rectangle around all changes is exact, too, but a
window that is dragged below a clock makes it most of the picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, NOTHING, READ_BOOL, READ_U32, WRITE_I64, WRITE_U32, ints, part
from moof.media.raster import PictureError, clip, pixels_of, rows_of

BLOCK = 16
"""Pixels on each side of a block; those at the right and lower edge may be smaller."""


def blocks_shape(width: int, height: int) -> tuple[int, int]:
    """Return how many rows and columns of blocks a picture has."""
    return -(-height // BLOCK), -(-width // BLOCK)


def chosen_blocks(blocks: NDArray[np.bool_] | None, width: int, height: int) -> NDArray[np.bool_]:
    """Return `blocks` of a picture, or all of its blocks (None).

    Raises:
        PictureError: blocks of a picture of another size.
    """
    shape = blocks_shape(width, height)
    if blocks is not None and blocks.shape != shape:
        raise PictureError(f"{blocks.shape} blocks do not fit a picture of {width}x{height}")
    return np.ones(shape, np.bool_) if blocks is None else blocks


class BlockVersions:
    """Which version of a picture changed each of its blocks last.

    Readers remember the version that they have seen; so any number of them, each at its own pace, can ask for
    the blocks that changed since.
    """

    def __init__(self, width: int, height: int, version: int = 0) -> None:
        """Begin with a picture all of which changed with `version`."""
        self.version = version
        self.latest = np.full(blocks_shape(width, height), version, np.int64)
        """The version of each block's last change, int64 (rows, columns)."""

    def changed_since(self, version: int) -> NDArray[np.bool_]:
        """Return which blocks have changed after that version, bool (rows, columns)."""
        changed: NDArray[np.bool_] = self.latest > version
        return changed

    def change_all(self) -> None:
        """Begin a version that changes all blocks, whatever their pixels."""
        self.version += 1
        self.latest[:] = self.version


def copy_changes(
    new: NDArray[Any], held: NDArray[Any], blocks: BlockVersions, within: Rect | None = None
) -> Rect:
    """Make `held` equal to `new` inside `within` (None: everywhere), as a new version of `blocks`.

    Returns the smallest rectangle around the pixels that differed. `new` may be written by another process
    meanwhile: `held` then has parts of both pictures, as any copy would.

    Args:
        new: uint32 (h, w) or uint8 (h, w, 4), contiguous or strided.
        held: the same; written.
        blocks: those of `held`.
        within: where to search; clipped to the picture.

    Raises:
        PictureError: the pictures, or the blocks, differ in size.
    """
    source, target = rows_of(pixels_of(new)), rows_of(pixels_of(held))
    size = (source.width, source.height)
    if size != (target.width, target.height) or blocks.latest.shape != blocks_shape(*size):
        raise PictureError(f"cannot compare {size} with {target.width, target.height}")
    blocks.version += 1
    area = clip(within, *size)
    if area.is_empty:
        return EMPTY
    # fmt: off
    left, top, right, bottom = _copy_changes(
        source.flat, source.pitch, target.flat, target.pitch, *area,
        blocks.latest.reshape(-1), blocks.latest.shape[1], blocks.version,
        np.zeros(area.width, np.uint32),
    )
    # fmt: on
    return Rect(left, top, right - left, bottom - top) if right > left else EMPTY


def copy_blocks(source: NDArray[Any], target: NDArray[Any], blocks: NDArray[np.bool_], set_bits: int) -> None:
    """Copy the pixels of `blocks`, bool (rows, columns), with `set_bits` of each set.

    Args:
        source: uint32 (h, w) or uint8 (h, w, 4), contiguous or strided.
        target: the same; written.
        blocks: those of both pictures.
        set_bits: 32 bits, such as an alpha of 255.

    Raises:
        PictureError: the pictures, or the blocks, differ in size.
    """
    a, b = rows_of(pixels_of(source)), rows_of(pixels_of(target))
    if (a.width, a.height) != (b.width, b.height):
        raise PictureError(f"cannot copy {a.width}x{a.height} to {b.width}x{b.height}")
    chosen = chosen_blocks(blocks, a.width, a.height)
    _copy_blocks(*a, b.flat, b.pitch, chosen.reshape(-1), chosen.shape[1], set_bits)


@part
def _collect(new: NDArray[np.uint32], old: NDArray[np.uint32], columns: NDArray[np.uint32]) -> bool:
    """Add a row's differences to those of its columns; return whether there are any.

    No early exit: without one the loop is vectorised (32 bytes at a time).
    """
    row = np.uint32(0)
    for x in range(new.shape[0]):
        difference = new[x] ^ old[x]
        columns[x] |= difference
        row |= difference
    return bool(row)


@part
def _any(columns: NDArray[np.uint32]) -> bool:
    found = np.uint32(0)
    for x in range(columns.shape[0]):
        found |= columns[x]
    return bool(found)


@part
def _first(columns: NDArray[np.uint32], begin: int, end: int) -> int:
    x = begin
    while x < end and not columns[x]:
        x += 1
    return x


@part
def _after_last(columns: NDArray[np.uint32], begin: int, end: int) -> int:
    x = end
    while x > begin and not columns[x - 1]:
        x -= 1
    return x


@part
def _copy(new: NDArray[np.uint32], old: NDArray[np.uint32]) -> None:
    for x in range(new.shape[0]):
        old[x] = new[x]


@kernel(ints(4)(READ_U32, INT, WRITE_U32, INT, INT, INT, INT, INT, WRITE_I64, INT, INT, WRITE_U32))
def _copy_changes(
    new: NDArray[np.uint32],
    new_pitch: int,
    old: NDArray[np.uint32],
    old_pitch: int,
    x: int,
    y: int,
    width: int,
    height: int,
    latest: NDArray[np.int64],
    block_columns: int,
    version: int,
    columns: NDArray[np.uint32],
) -> tuple[int, int, int, int]:
    """A row of blocks at a time: compared while it is read from memory, copied while it is in the cache.

    `columns`, zeros at first, gets where a row of blocks has differences, by the x inside of the area.
    """
    left, right, top, bottom = width, 0, y + height, y
    row = y
    while row < y + height:
        end = min((row // BLOCK + 1) * BLOCK, y + height)
        unchanged = True
        for line in range(row, end):
            a, b = line * new_pitch + x, line * old_pitch + x
            if _collect(new[a : a + width], old[b : b + width], columns):
                top, bottom, unchanged = min(top, line), line + 1, False
        begin = width if unchanged else 0
        while begin < width:
            column = (x + begin) // BLOCK
            stop = min((column + 1) * BLOCK - x, width)
            if _any(columns[begin:stop]):
                latest[row // BLOCK * block_columns + column] = version
                left = min(left, _first(columns, begin, stop))
                right = max(right, _after_last(columns, begin, stop))
                for line in range(row, end):
                    a, b = line * new_pitch + x, line * old_pitch + x
                    _copy(new[a + begin : a + stop], old[b + begin : b + stop])
            begin = stop
        if not unchanged:
            columns[:] = 0
        row = end
    return x + left, top, x + right, bottom


@part
def next_run(blocks: NDArray[np.bool_], begin: int, end: int) -> tuple[int, int]:
    """Return where the first run of set blocks between `begin` and `end` begins and ends; else `end` twice.

    For kernels, which handle blocks that are neighbours in a row together.
    """
    while begin < end and not blocks[begin]:
        begin += 1
    after = begin
    while after < end and blocks[after]:
        after += 1
    return begin, after


@part
def _copy_setting(new: NDArray[np.uint32], old: NDArray[np.uint32], bits: np.uint32) -> None:
    for x in range(new.shape[0]):
        old[x] = new[x] | bits


@kernel(NOTHING(READ_U32, INT, INT, INT, WRITE_U32, INT, READ_BOOL, INT, INT))
def _copy_blocks(
    source: NDArray[np.uint32],
    pitch: int,
    width: int,
    height: int,
    target: NDArray[np.uint32],
    target_pitch: int,
    blocks: NDArray[np.bool_],
    columns: int,
    set_bits: int,
) -> None:
    """Blocks that are neighbours in a row are copied together."""
    bits = np.uint32(set_bits)
    for row in range((height + BLOCK - 1) // BLOCK):
        in_row = blocks[row * columns : (row + 1) * columns]
        begin, after = next_run(in_row, 0, columns)
        while begin < after:
            left, right = begin * BLOCK, min(after * BLOCK, width)
            for y in range(row * BLOCK, min((row + 1) * BLOCK, height)):
                _copy_setting(
                    source[y * pitch + left : y * pitch + right],
                    target[y * target_pitch + left : y * target_pitch + right],
                    bits,
                )
            begin, after = next_run(in_row, after, columns)

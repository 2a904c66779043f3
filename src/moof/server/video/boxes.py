"""Boxes (x, y, width, height) in pixels: what changed, merged until it has been sent."""

from moof.media.raster import Box


def union(a: Box | None, b: Box | None) -> Box | None:
    """Return the smallest box around both; None stands for nothing."""
    if a is None or b is None:
        return a or b
    left, top = min(a[0], b[0]), min(a[1], b[1])
    right, bottom = max(a[0] + a[2], b[0] + b[2]), max(a[1] + a[3], b[1] + b[3])
    return left, top, right - left, bottom - top


def whole(width: int, height: int) -> Box:
    """Return the box of a whole picture."""
    return 0, 0, width, height

"""The rectangle that every package uses: where a picture changed, which part to convert, encode or copy."""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle of pixels, at the same time a plain tuple `(x, y, width, height)`.

    x grows to the right, y downwards. A rectangle whose width or height is 0 or less is empty; operations
    return `EMPTY` for those, so that two empty results are equal.
    """

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def whole(cls, width: int, height: int) -> Rect:
        """Return the rectangle of a whole picture of this size."""
        return cls(0, 0, width, height)

    @property
    def right(self) -> int:
        """The first column behind the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the rectangle."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel inside."""
        return self.width <= 0 or self.height <= 0

    @property
    def area(self) -> int:
        """The number of pixels inside."""
        return 0 if self.is_empty else self.width * self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """The index that cuts the rectangle out of an array (height, width, …); it must lie inside."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def moved(self, dx: int, dy: int) -> Rect:
        """Return the rectangle moved by so many pixels."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def union(self, other: Rect) -> Rect:
        """Return the smallest rectangle around both; an empty one does not count."""
        if self.is_empty:
            return EMPTY if other.is_empty else other
        if other.is_empty:
            return self
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self, other
        left, top = min(x, other_x), min(y, other_y)
        right, bottom = max(x + width, other_x + other_width), max(y + height, other_y + other_height)
        return Rect(left, top, right - left, bottom - top)

    def intersection(self, other: Rect) -> Rect:
        """Return the pixels that lie in both."""
        (x, y, width, height), (other_x, other_y, other_width, other_height) = self, other
        left, top = max(x, other_x), max(y, other_y)
        right, bottom = min(x + width, other_x + other_width), min(y + height, other_y + other_height)
        return Rect(left, top, right - left, bottom - top) if left < right and top < bottom else EMPTY

    def clip(self, width: int, height: int) -> Rect:
        """Return the part that lies inside a picture of this size."""
        return self.intersection(Rect(0, 0, width, height))


EMPTY = Rect(0, 0, 0, 0)
"""No pixel at all."""

"""Where windows go: the sizes that a program allows (ICCCM 4.1.2.3), dialogs, full screen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moof.geometry import Rect

_MIN_SIZE: Final = 1 << 4
_MAX_SIZE: Final = 1 << 5
_INCREMENT: Final = 1 << 6
_BASE_SIZE: Final = 1 << 8
_WORDS: Final = 17
_UNLIMITED: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class SizeHints:
    """WM_NORMAL_HINTS: the least and the greatest size, and steps beyond a base, as pairs in pixels."""

    least: tuple[int, int] = (1, 1)
    greatest: tuple[int, int] = (_UNLIMITED, _UNLIMITED)
    base: tuple[int, int] = (0, 0)
    step: tuple[int, int] = (1, 1)

    @classmethod
    def parse(cls, words: Sequence[int]) -> "SizeHints":
        """Parse the property's 32-bit words; what is missing or makes no sense does not limit."""
        flags = words[0] if len(words) >= _WORDS else 0

        def pair(flag: int, at: int, otherwise: tuple[int, int]) -> tuple[int, int]:
            width, height = words[at : at + 2] if flags & flag else otherwise
            return (width, height) if 0 < width <= _UNLIMITED and 0 < height <= _UNLIMITED else otherwise

        least = pair(_MIN_SIZE, 5, (1, 1))
        greatest = pair(_MAX_SIZE, 7, (_UNLIMITED, _UNLIMITED))
        base = pair(_BASE_SIZE, 15, pair(_MIN_SIZE, 5, (0, 0)))
        return cls(least, greatest, base, pair(_INCREMENT, 9, (1, 1)))

    @property
    def is_fixed(self) -> bool:
        """Whether the program allows one size only."""
        return self.greatest[0] <= self.least[0] and self.greatest[1] <= self.least[1]

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """Return the largest allowed size within this one; the least if that is larger."""
        sizes = zip((width, height), self.least, self.greatest, self.base, self.step, strict=True)
        return tuple(_fitted(*size) for size in sizes)  # type: ignore[return-value]


def _fitted(size: int, least: int, greatest: int, base: int, step: int) -> int:
    limited = min(size, greatest)
    return max(limited - max(0, limited - base) % step, least)


def inside(place: Rect, area: Rect) -> Rect:
    """Return the rectangle moved into `area`; to its upper left corner where it is larger."""
    x = max(area.x, min(place.x, area.right - place.width))
    y = max(area.y, min(place.y, area.bottom - place.height))
    return place.moved(x - place.x, y - place.y)


def dialog_place(asked: Rect, parent: Rect, screen: Rect) -> Rect:
    """Return the place of a dialog above `parent`: the asked one if that lies in it, else its middle."""
    if asked.intersection(parent) == asked:
        return asked
    x, y = parent.x + (parent.width - asked.width) // 2, parent.y + (parent.height - asked.height) // 2
    return inside(Rect(x, y, asked.width, asked.height), screen)


def expanded(place: Rect, screen: Rect, hints: SizeHints, *, wide: bool, high: bool) -> Rect:
    """Return a window's place when it is maximised in width, height or both."""
    width, height = hints.fitted(screen.width, screen.height)
    return Rect(
        screen.x if wide else place.x,
        screen.y if high else place.y,
        width if wide else place.width,
        height if high else place.height,
    )

"""What a page says of its latency: the ways of its last pings in parts (docs/protocol.md). Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PARTS: Final = (
    *("up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"),
    "total",
)
"""In the order of travel, and altogether; as the page's latency.js has them."""
_MOST_SAMPLES: Final = 1000
_MOST_MS: Final = 120_000.0
_MOST_OFFSET_MS: Final = 1e14


class LatencySummaryError(ValueError):
    """The page's figures make no sense; the text says which."""


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """`median` and `late` (what 95 % stay below) have milliseconds for each of PARTS.

    `clock_offset` is the server's clock minus the browser's in ms, as the page estimates it.
    """

    samples: int
    clock_offset: float
    median: dict[str, float]
    late: dict[str, float]

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "LatencySummary":
        """Read a page's message. Raises LatencySummaryError."""
        samples = fields.get("samples")
        if type(samples) is not int or not 0 < samples <= _MOST_SAMPLES:
            raise LatencySummaryError(f"'samples' must be a number from 1 to {_MOST_SAMPLES}")
        return cls(
            samples,
            _number(fields.get("clockOffset"), "clockOffset", -_MOST_OFFSET_MS, _MOST_OFFSET_MS),
            _times(fields.get("median"), "median"),
            _times(fields.get("late"), "late"),
        )


def _times(value: Any, name: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise LatencySummaryError(f"'{name}' must be an object with {', '.join(PARTS)}")
    return {part: _number(value.get(part), f"{name}.{part}", 0.0, _MOST_MS) for part in PARTS}


def _number(value: Any, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LatencySummaryError(f"'{name}' must be a number from {least:g} to {most:g}")
    return float(value)

"""The signaling message about how good a viewer's own picture is (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

MIN_LIMIT: Final = 100_000
"""Bits a second; no codec makes a usable picture below this."""
MAX_LIMIT: Final = 50_000_000
"""Bits a second; no picture takes more."""

QualityName = Literal["sharp", "balanced", "saving"]
QUALITIES: Final[tuple[str, ...]] = get_args(QualityName)
"""The names that hello lists."""


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """How good this viewer's own picture is from now on, and the most bits a second for it; null: no limit.

    Nobody else's picture changes. A server that does not list qualities in hello does not know it.
    """

    quality: QualityName = "sharp"
    limit: Annotated[int, Field(ge=MIN_LIMIT, le=MAX_LIMIT, strict=True)] | None = None
    type: Literal["quality"] = field(default="quality", kw_only=True)

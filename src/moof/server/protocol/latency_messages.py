"""The signaling message about a viewer's latency (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

_MAX_SAMPLES: Final = 1000
_MAX_MS: Final = 120_000.0
_MAX_OFFSET_MS: Final = 1e14

Milliseconds = Annotated[float, Field(ge=0.0, le=_MAX_MS, strict=True, allow_inf_nan=False)]
Offset = Annotated[float, Field(ge=-_MAX_OFFSET_MS, le=_MAX_OFFSET_MS, strict=True, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class PathTimes:
    """Milliseconds that each part of a ping's path takes, in the order of travel, and the total."""

    up: Milliseconds
    ipc: Milliseconds
    mac: Milliseconds
    wait: Milliseconds
    encode: Milliseconds
    network: Milliseconds
    buffer: Milliseconds
    decode: Milliseconds
    display: Milliseconds
    total: Milliseconds


@dataclass(frozen=True, slots=True)
class Latency:
    """The latency of this viewer's last pings: `median`, and `late`, what 95 % stay below.

    `clock_offset` is the server's clock minus the browser's in ms, as the page estimates it.
    """

    samples: Annotated[int, Field(ge=1, le=_MAX_SAMPLES, strict=True)]
    clock_offset: Annotated[Offset, Field(validation_alias="clockOffset")]
    median: PathTimes
    late: PathTimes
    type: Literal["latency"] = field(default="latency", kw_only=True)

"""The signaling messages of a kiosk (part of messages.py)."""

from dataclasses import field
from typing import Literal

from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KioskStatus:
    """The Mac is in a kiosk; `attract` while nobody uses it: the page shows how to begin.

    Sent after hello, and when it changes, to those who are not owners; without a kiosk never.
    """

    attract: bool
    type: Literal["kiosk"] = field(default="kiosk", kw_only=True)


@dataclass(frozen=True, slots=True)
class KioskStart:
    """A visitor begins; without effect where there is no kiosk, or somebody uses it already."""

    type: Literal["kiosk-start"] = field(default="kiosk-start", kw_only=True)

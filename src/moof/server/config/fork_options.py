"""What a server is told of Macs that links start for visitors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from moof.server.config.idle_rules import IdleRules

MAX_FORKS: Final = 100
DEFAULT_IDLE_MINUTES: Final = 10.0
DEFAULT_UNUSED_MINUTES: Final = 30.0
DEFAULT_PER_NETWORK: Final = 4
"""Several people of one household or office may share an IPv4 address."""
DEFAULT_DOCUMENTS_MB: Final = 64
DEFAULT_FREE_MEMORY: Final = 600
"""MB: a server and its Mac take 250 to 300, and Linux needs some for the rest (docs/scale.md)."""

DEFAULT_IDLE_RULES: Final = IdleRules(DEFAULT_IDLE_MINUTES, DEFAULT_UNUSED_MINUTES)

SettingValue = str | int | float | bool | list[str]


@dataclass(frozen=True, slots=True)
class ForkOptions:
    """How many such Macs run at a time, and how.

    `idle` says when one that nobody uses ends. `ports` are the first and the last port of their pages,
    None for any. None starts while less than `free_memory` MB are free, nor for a network (one IPv4 address,
    or an IPv6 /64) of which `per_network` run. Their files are below `folder`. Their disks begin with copies
    of the folder `documents`, if that is there and has at most `documents_mb` MB. `settings` are values of
    their moof.toml.
    """

    number: int
    folder: Path
    idle: IdleRules = DEFAULT_IDLE_RULES
    ports: tuple[int, int] | None = None
    free_memory: int = DEFAULT_FREE_MEMORY
    per_network: int = DEFAULT_PER_NETWORK
    documents: Path | None = None
    documents_mb: int = DEFAULT_DOCUMENTS_MB
    settings: Mapping[str, SettingValue] = field(default_factory=dict)

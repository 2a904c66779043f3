"""Where the files are that the API reaches. Light: it is read before anything starts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .settings import settings_file

_GIGABYTE: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Places:
    """None is a folder in the platform's place for programs' data; without `prefs` the emulator has none."""

    disks: Path | None = None
    roms: Path | None = None
    prefs: Path | None = None
    config_file: Path = field(default_factory=settings_file)
    """moof.toml."""
    most_upload: int = 4 * _GIGABYTE
    """Bytes of one uploaded file."""

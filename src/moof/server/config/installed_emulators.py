"""Which emulators the server could start instead of the present one, as owners see them in the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InstalledEmulator:
    """An emulator that is on this machine.

    `missing` is a sentence about what it lacks to be started, "" for nothing. `at_restart` says that a choice
    of it takes effect when the Mac is started again, and not only when Moof itself is.
    """

    name: str
    about: str
    missing: str = ""
    at_restart: bool = False


class InstalledEmulators(Protocol):
    """Knows them. May block for as long as a look at some folders takes."""

    @property
    def follows_file(self) -> bool:
        """Whether moof.toml decides which one is started, and not an option of the command line."""

    def all(self) -> Sequence[InstalledEmulator]:
        """Return those that are installed, the built-in Mac first."""


class NoInstalledEmulators(InstalledEmulators):
    """The server starts no emulator."""

    @property
    def follows_file(self) -> bool:
        """False: there is nothing to choose."""
        return False

    def all(self) -> Sequence[InstalledEmulator]:
        """Return none."""
        return ()

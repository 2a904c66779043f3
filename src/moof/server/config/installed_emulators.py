"""Which emulators the server could start instead of the present one, as owners see them in the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from moof.preference_rules import PreferenceRule
from moof.setup.image_rules import ImageRules


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


@dataclass(frozen=True, slots=True)
class EmulatorPrefs:
    """The preferences file of an emulator, and the rules of the names in it that may be set from afar."""

    path: Path
    rules: Mapping[str, PreferenceRule]


class InstalledEmulators(Protocol):
    """Knows them. May block for as long as a look at some folders takes."""

    @property
    def follows_file(self) -> bool:
        """Whether moof.toml decides which one is started, and not an option of the command line."""

    def all(self) -> Sequence[InstalledEmulator]:
        """Return those that are installed, the built-in Mac first."""

    def install_advice(self, name: str) -> str:
        """Return a sentence about how an emulator that can be set up is installed, "" if there is none."""

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        """Return the preferences of the emulator that is started next, None if it has none.

        `first` are those of the emulator that was started with the server.
        """

    def next_images(self) -> ImageRules | None:
        """Return which images the emulator of the next start takes by moof.toml's arguments, if any."""


class NoInstalledEmulators(InstalledEmulators):
    """The server starts no emulator."""

    @property
    def follows_file(self) -> bool:
        """False: there is nothing to choose."""
        return False

    def all(self) -> Sequence[InstalledEmulator]:
        """Return none."""
        return ()

    def install_advice(self, name: str) -> str:
        """Return "": there is nothing to choose."""
        return ""

    def next_prefs(self, first: EmulatorPrefs | None) -> EmulatorPrefs | None:
        """Return `first`: there is no other one."""
        return first

    def next_images(self) -> ImageRules | None:
        """Return None: moof.toml starts none."""
        return None

"""Finds an emulator on this machine: on the PATH, as an AppImage, as a Flatpak."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_APPIMAGE_FOLDERS: Final = ("~/Applications", "~/bin", "~/.local/bin")
_FLATPAK_FOLDERS: Final = ("~/.local/share/flatpak", "/var/lib/flatpak")
_FUSE: Final = Path("/dev/fuse")
FLATPAK_PREFIX: Final = "flatpak:"


@dataclass(frozen=True, slots=True)
class InstalledProgram:
    """A program that was found: the words that start it, and variables that it needs.

    `is_flatpak` programs see only those files that `command_for` names.
    """

    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_flatpak: bool = False

    def command_for(self, files: Iterable[Path]) -> list[str]:
        """Return the words, with access to the files' folders where the program is kept from files."""
        if not self.is_flatpak:
            return list(self.words)
        folders = dict.fromkeys(f"--filesystem={file.absolute().parent}" for file in files)
        return [*self.words[:-1], *folders, self.words[-1]]


def find_program(names: Sequence[str]) -> InstalledProgram | None:
    """Return the first program that is installed, None if there is none.

    A name is looked for on the PATH, then as an AppImage (`NAME*.AppImage` in ~/Applications, ~/bin,
    ~/.local/bin and on the PATH, upper or lower case); `flatpak:ID` is a Flatpak's.
    """
    for name in names:
        if name.startswith(FLATPAK_PREFIX):
            found = _find_flatpak(name.removeprefix(FLATPAK_PREFIX))
        elif path := shutil.which(name):
            found = InstalledProgram((path,))
        else:
            found = _find_app_image(name)
        if found is not None:
            return found
    return None


def _find_app_image(name: str) -> InstalledProgram | None:
    for folder in _app_image_folders():
        try:
            files = sorted(folder.iterdir(), reverse=True)  # of versions in their names, the newest
        except OSError:
            continue
        for file in files:
            lower = file.name.lower()
            if lower.startswith(name.lower()) and lower.endswith(".appimage") and os.access(file, os.X_OK):
                extracted = {} if _FUSE.exists() else {"APPIMAGE_EXTRACT_AND_RUN": "1"}
                return InstalledProgram((str(file),), extracted)
    return None


def _app_image_folders() -> Iterator[Path]:
    yield from (Path(folder).expanduser() for folder in _APPIMAGE_FOLDERS)
    yield from (Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder)


def _find_flatpak(identifier: str) -> InstalledProgram | None:
    flatpak = shutil.which("flatpak")
    if flatpak is None:
        return None
    if any((Path(folder).expanduser() / "app" / identifier).is_dir() for folder in _FLATPAK_FOLDERS):
        return InstalledProgram((flatpak, "run", identifier), is_flatpak=True)
    return None

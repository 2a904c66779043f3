"""The disk images that a Mac gets: which ones its emulator's settings name, and how that is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from moof.preference_rules import READ_ONLY
from moof.server.storage.prefs import PrefsFile, values_of
from moof.setup.disk_identity import DiskReport, DiskUse
from moof.setup.mac_paths import is_same

_NAMES: Final = {DiskUse.DISK: "disk", DiskUse.CD: "cdrom"}
"""The names of images in the settings of Basilisk II and SheepShaver."""


class ImageRefusedError(Exception):
    """An image cannot be attached or detached; the text says why."""


@dataclass(frozen=True, slots=True)
class AttachedImage:
    """An image that a Mac gets at its next start; `setting` is its value in the settings."""

    path: Path
    use: DiskUse
    read_only: bool = False
    setting: str = field(default="", compare=False)


class ImageSettings(Protocol):
    """Where an emulator is told of its images. All methods may block for as long as a disk does."""

    @property
    def uses(self) -> Sequence[DiskUse]:
        """What images can be for."""

    @property
    def locks(self) -> bool:
        """Whether a disk can be one that the Mac only reads."""

    def uses_of(self, report: DiskReport) -> Sequence[DiskUse]:
        """Return what this emulator can use an image for."""

    def read(self) -> list[AttachedImage]:
        """Return the images, the first disk first. Raises PrefsError or SettingsError."""

    def write(self, images: Sequence[AttachedImage]) -> None:
        """Give the Mac these images from its next start on.

        Raises PrefsError, SettingsError or ImageRefusedError.
        """


class PrefsImages(ImageSettings):
    """Images in the preferences file of Basilisk II or SheepShaver."""

    def __init__(self, prefs: PrefsFile) -> None:
        self._prefs = prefs

    @property
    def uses(self) -> Sequence[DiskUse]:
        """Those that the rules allow: not every emulator of moof.toml has them."""
        rules = self._prefs.rules
        return [use for use, name in _NAMES.items() if name in rules and "disks" in rules[name].folders]

    @property
    def locks(self) -> bool:
        """True: both know disks that are only read."""
        return True

    def uses_of(self, report: DiskReport) -> Sequence[DiskUse]:
        """Return what both can use an image for."""
        return report.uses

    def read(self) -> list[AttachedImage]:
        """Return the images, disks before CDs. Raises PrefsError."""
        text = self._prefs.read()
        return [
            AttachedImage(
                Path(value.removeprefix(READ_ONLY)),
                use,
                value.startswith(READ_ONLY) or use is DiskUse.CD,
                value,
            )
            for use in self.uses
            for value in values_of(text, _NAMES[use])
        ]

    def write(self, images: Sequence[AttachedImage]) -> None:
        """Change the lines of the images. Raises PrefsError if a rule or the image itself forbids one."""
        changes = {_NAMES[use]: [_line(each) for each in images if each.use is use] for use in self.uses}
        self._prefs.change(None, changes)


def _line(image: AttachedImage) -> str:
    is_marked = image.read_only and image.use is DiskUse.DISK
    return image.setting or f"{READ_ONLY if is_marked else ''}{image.path}"


def with_image(images: Sequence[AttachedImage], image: AttachedImage) -> list[AttachedImage]:
    """Return the images with one more, or with a changed one in its place: the Mac starts from the first."""
    place = next(
        (at for at, each in enumerate(images) if is_same(each.path, image.path) and each.use is image.use),
        len(images),
    )
    before, after = images[:place], images[place:]
    return [*without_image(before, image.path), image, *without_image(after, image.path)]


def without_image(images: Sequence[AttachedImage], path: Path) -> list[AttachedImage]:
    """Return the images without one."""
    return [each for each in images if not is_same(each.path, path)]

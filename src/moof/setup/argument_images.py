"""The disk images in an emulator's arguments: which there are, and the arguments with others. Pure.

How an image is named is a matter of the emulator's syntax; `qemu_drives.py` has QEMU's. Arguments that name
no image stay as they are and where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, Protocol

from moof.setup.disk_identity import DiskUse

_WITH_VALUE: Final = ("--display", "-display", "--rom", "-r", "-n", "-d", "--alsadev", "-alsadev")
"""Options of Mini vMac that the next argument belongs to (ScanCommandLine in OSGLUXWN.c and OSGLUSDL.c)."""


class DiskFormat(Enum):
    """How an image keeps a disk's blocks."""

    RAW = "raw"
    """One after the other."""
    DISK_COPY = "disk-copy"
    """Likewise, behind a header of Disk Copy 4.2."""
    QCOW2 = "qcow2"
    """As QEMU's own format does."""


class OwnArgumentError(Exception):
    """Further arguments refer to an image, so that it can neither go nor change; the text says so."""


@dataclass(frozen=True, slots=True)
class ImageArgument:
    """An image as arguments name it."""

    path: Path
    use: DiskUse
    read_only: bool = False
    format: DiskFormat = DiskFormat.RAW


@dataclass(frozen=True, slots=True)
class FoundImage:
    """An image in arguments, from place `start` to before `end`. `fixed`: further arguments refer to it."""

    image: ImageArgument
    start: int
    end: int
    fixed: bool = False


class ArgumentSyntax(Protocol):
    """How an emulator's arguments name images."""

    def find(self, arguments: Sequence[str]) -> list[FoundImage]:
        """Return the images that arguments name, in their order."""

    def words(self, image: ImageArgument) -> list[str]:
        """Return the arguments that name an image."""

    def changed(self, words: Sequence[str], image: ImageArgument) -> list[str]:
        """Return an image's arguments with the image read only, or not any more; their rest stays."""


class PathArguments(ArgumentSyntax):
    """Mini vMac's: every argument that is no option, nor an option's value, is the path of a disk.

    There is no way to say that it is a CD, or read only.
    """

    def find(self, arguments: Sequence[str]) -> list[FoundImage]:
        """Return the disks."""
        found = []
        for place, (before, word) in enumerate(zip(["", *arguments], arguments, strict=False)):
            is_value = before in _WITH_VALUE and not _is_value(arguments, place - 1)
            if not word.startswith("-") and not is_value:
                found.append(FoundImage(ImageArgument(Path(word), DiskUse.DISK), place, place + 1))
        return found

    def words(self, image: ImageArgument) -> list[str]:
        """Return the path."""
        return [str(image.path)]

    def changed(self, words: Sequence[str], image: ImageArgument) -> list[str]:
        """Return the arguments as they are."""
        return [*words]


def _is_value(arguments: Sequence[str], place: int) -> bool:
    """Return whether an argument is the value of the option before it."""
    return place > 0 and arguments[place - 1] in _WITH_VALUE and not _is_value(arguments, place - 1)


def with_images(
    syntax: ArgumentSyntax, arguments: Sequence[str], images: Sequence[ImageArgument]
) -> list[str]:
    """Return the arguments with these images and no others. Images that stay keep their places and words.

    An image stays if path and use are the same; its format is not changed. New ones come at the end.

    Raises:
        OwnArgumentError: One that further arguments refer to would have to go, or to change.
    """
    wanted = [*images]
    result: list[str] = []
    place = 0
    for found in syntax.find(arguments):
        words = arguments[found.start : found.end]
        result += arguments[place : found.start]
        place = found.end
        same = next((each for each in wanted if _is_same(each, found.image)), None)
        if same is not None:
            wanted.remove(same)
        if same is not None and same.read_only == found.image.read_only:
            result += words
        elif found.fixed:
            raise OwnArgumentError(
                "The arguments in moof.toml use this image in a way of their own: change it there."
            )
        elif same is not None:
            result += syntax.changed(words, same)
    result += arguments[place:]
    return [*result, *(word for each in wanted for word in syntax.words(each))]


def _is_same(one: ImageArgument, other: ImageArgument) -> bool:
    return (one.path, one.use) == (other.path, other.use)

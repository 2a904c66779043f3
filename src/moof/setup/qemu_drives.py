"""QEMU's arguments for disk images: `-drive`, and the shorter `-hda`, `-cdrom` and their like.

Source: QEMU's manual, "Block device options", and its util/qemu-option.c: a comma in a value is doubled,
`name` alone is `name=on`, and `noname` is `name=off`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from moof.setup.argument_images import ArgumentSyntax, DiskFormat, FoundImage, ImageArgument
from moof.setup.disk_identity import DiskUse

_DRIVE: Final = "-drive"
_NODE: Final = "-blockdev"
"""What another argument makes a disk of."""
_SHORT: Final = {
    "-hda": ("0", "disk"),
    "-hdb": ("1", "disk"),
    "-hdc": ("2", "disk"),
    "-hdd": ("3", "disk"),
    "-cdrom": ("2", "cdrom"),
}
"""Index and medium that stand for `-drive index=…,media=…`."""
_ON: Final = ("on", "yes", "true", "y")
_READ_ONLY: Final = ("readonly", "read-only")
_COMMA: Final = re.compile(r"((?:[^,]|,,)*)(?:,|$)")

Options = list[tuple[str, str]]
"""Names and values."""


class QemuDrives(ArgumentSyntax):
    """The arguments of QEMU's machines."""

    def find(self, arguments: Sequence[str]) -> list[FoundImage]:
        """Return the images. Those with a name of their own (`id`, `if=none`) are fixed."""
        found = []
        place = 0
        while place + 1 < len(arguments):
            options = _options_of(arguments[place : place + 2])
            path = _path(options)
            if path is not None:
                found.append(FoundImage(_image(path, dict(options)), place, place + 2, _is_fixed(options)))
            place += 2 if options else 1
        return found

    def words(self, image: ImageArgument) -> list[str]:
        """Return `-drive` with its options. The format is always said: QEMU's guess is the file's choice."""
        media = "cdrom" if image.use is DiskUse.CD else "disk"
        options = [("file", str(image.path)), ("format", image.format.value), ("media", media)]
        return [_DRIVE, _text(_locked(options, image))]

    def changed(self, words: Sequence[str], image: ImageArgument) -> list[str]:
        """Return `-drive` with the options of the present words, and `readonly` as the image is."""
        return [_DRIVE, _text(_locked(_options_of(words), image))]


def _options_of(words: Sequence[str]) -> Options:
    """Return the options of an argument and its value, [] for an argument that names no image."""
    name, value = f"-{words[0].lstrip('-')}" if words[0].startswith("-") else "", words[1]
    if name in _SHORT:
        index, media = _SHORT[name]
        return [("file", value), ("index", index), ("media", media)]
    if name in (_DRIVE, _NODE):
        options = _parsed(value)
        return [*options, ("if", "none")] if name == _NODE else options
    return []


def _parsed(text: str) -> Options:
    """Return the options of a text such as "file=a,,b.img,readonly"."""
    options = []
    for part in (each.replace(",,", ",") for each in _COMMA.findall(text) if each):
        name, equals, value = part.partition("=")
        if equals:
            options.append((name, value))
        else:
            options.append((name.removeprefix("no"), "off") if name.startswith("no") else (name, "on"))
    return options


def _text(options: Options) -> str:
    return ",".join(f"{name}={value.replace(',', ',,')}" for name, value in options)


def _path(options: Options) -> Path | None:
    """Return the path of the image, None if there is none."""
    values = dict(options)
    named = values.get("file") or values.get("file.filename") or values.get("filename")
    return Path(named.removeprefix("file:")) if named else None


def _image(path: Path, values: dict[str, str]) -> ImageArgument:
    is_cd = values.get("media") == "cdrom"
    is_locked = any(values.get(name) in _ON for name in _READ_ONLY)
    is_qcow2 = values.get("format") == DiskFormat.QCOW2.value
    return ImageArgument(
        path,
        DiskUse.CD if is_cd else DiskUse.DISK,
        is_cd or is_locked,
        DiskFormat.QCOW2 if is_qcow2 else DiskFormat.RAW,
    )


def _is_fixed(options: Options) -> bool:
    values = dict(options)
    return "id" in values or values.get("if") == "none" or "file" not in values


def _locked(options: Options, image: ImageArgument) -> Options:
    """Return the options with `readonly` as the image is. A CD has none: it is always read only."""
    rest = [(name, value) for name, value in options if name not in _READ_ONLY]
    return [*rest, ("readonly", "on")] if image.read_only and image.use is DiskUse.DISK else rest

"""Which disk images an emulator takes by its arguments; its recipe says so.

As a table::

[images]
syntax = "qemu"                       how arguments name them: "qemu" or "paths"
uses = ["disk", "read-only", "cd"]    what they can be attached as
formats = ["raw", "qcow2"]            of disks: "raw", "disk-copy", "qcow2"; CDs are always raw
most = 6                              so many at a time
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moof.setup.argument_images import ArgumentSyntax, DiskFormat, PathArguments
from moof.setup.disk_identity import DiskKind, DiskReport, DiskUse
from moof.setup.qemu_drives import QemuDrives

_SYNTAXES: Final[dict[str, ArgumentSyntax]] = {"paths": PathArguments(), "qemu": QemuDrives()}
_READ_ONLY: Final = "read-only"
_USES: Final = {"disk": DiskUse.DISK, "cd": DiskUse.CD}
_KEYS: Final = {"syntax", "uses", "formats", "most"}
_FORMATS: Final = {DiskKind.DISK_COPY: DiskFormat.DISK_COPY, DiskKind.QCOW2: DiskFormat.QCOW2}
"""The formats of images that are not raw."""


@dataclass(frozen=True, slots=True)
class ImageRules:
    """What an emulator takes. `locks`: a disk can be attached so that it is only read."""

    syntax: ArgumentSyntax
    uses: tuple[DiskUse, ...]
    formats: tuple[DiskFormat, ...]
    most: int
    locks: bool = False

    @classmethod
    def parse(cls, table: object) -> "ImageRules":
        """Parse the table of a recipe. Raises ValueError, TypeError or KeyError if it is invalid."""
        if not isinstance(table, dict) or table.keys() != _KEYS:
            raise ValueError(f"images must be a table of {', '.join(sorted(_KEYS))}")
        uses, most = table["uses"], table["most"]
        if type(most) is not int or most < 1:
            raise ValueError("images: most must be a whole number from 1")
        if table["syntax"] not in _SYNTAXES or not set(uses) <= {*_USES, _READ_ONLY}:
            raise ValueError(f"images: syntax is one of {', '.join(_SYNTAXES)}, uses are disk, read-only, cd")
        return cls(
            _SYNTAXES[table["syntax"]],
            tuple(_USES[each] for each in uses if each in _USES),
            tuple(DiskFormat(each) for each in table["formats"]),
            most,
            _READ_ONLY in uses,
        )

    def uses_of(self, report: DiskReport) -> Sequence[DiskUse]:
        """Return what the emulator can use an image for."""
        possible = (DiskUse.DISK,) if report.kind is DiskKind.QCOW2 else report.uses
        has_format = format_of(report) in self.formats
        return [use for use in possible if use in self.uses and (has_format or use is DiskUse.CD)]


def format_of(report: DiskReport) -> DiskFormat:
    """Return how an image keeps a disk's blocks."""
    return _FORMATS.get(report.kind, DiskFormat.RAW)

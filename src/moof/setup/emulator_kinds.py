"""The emulators that can be set up, and what each of them takes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from moof.setup.rom_identity import RomKind, RomReport
from moof.setup.rom_models import KIB, VERSION_32_BIT, VERSION_PLUS

_BOOT_NAME: Final = 0x30D064
_BOOT_NAMES: Final = (
    b"Boot TNT",
    b"Boot Alchemy",
    b"Boot Zanzibar",
    b"Boot Gazelle",
    b"Boot Gossamer",
    b"NewWorld",
)
"""What SheepShaver finds at that offset in ROMs that it takes (rom_patches.cpp)."""
_BASILISK_SIZES: Final = (512 * KIB, 1024 * KIB)


class SettingsFormat(Enum):
    """How an emulator is told of its Mac."""

    BASILISK = "basilisk"
    """Lines "name value" of a file (Basilisk II and SheepShaver)."""
    ARGUMENTS = "arguments"
    """The ROM by an option, disks as arguments."""


@dataclass(frozen=True, slots=True)
class EmulatorKind:
    """An emulator: the name of its recipe, what it takes, and the choices of its Mac.

    `memory` are the choices in MB, `screens` in pixels, `depths` in bits per pixel; the first one is the
    default, and none means that this emulator's Mac has no such choice. `state` is the file beside its
    settings in which it keeps the Mac's XPRAM, with its size in bytes.
    """

    name: str
    title: str
    rom: str
    takes: Callable[[RomReport], bool]
    settings: SettingsFormat
    memory: tuple[int, ...] = ()
    screens: tuple[tuple[int, int], ...] = ()
    depths: tuple[int, ...] = ()
    state: tuple[str, int] | None = None


def _basilisk_takes(report: RomReport) -> bool:
    return report.version == VERSION_32_BIT and len(report.data or b"") in _BASILISK_SIZES


def _sheepshaver_takes(report: RomReport) -> bool:
    data = report.data or b""
    return report.kind is RomKind.MAC_OS or data[_BOOT_NAME : _BOOT_NAME + 16].startswith(_BOOT_NAMES)


def _minivmac_takes(report: RomReport) -> bool:
    return report.version == VERSION_PLUS and len(report.data or b"") == 128 * KIB


_SCREENS: Final = ((800, 600), (640, 480), (832, 624), (1024, 768), (1152, 870), (1280, 1024))

EMULATOR_KINDS: Final = {
    each.name: each
    for each in (
        EmulatorKind(
            "basilisk2",
            "Basilisk II",
            "The ROM of a Quadra, an LC, a Performa or a late Macintosh II: a file of 512 KB or 1 MB.",
            _basilisk_takes,
            SettingsFormat.BASILISK,
            memory=(64, 8, 16, 32, 128, 256),
            screens=_SCREENS,
            depths=(8, 1, 4, 16, 32),
            state=(".basilisk_ii_xpram", 256),
        ),
        EmulatorKind(
            "sheepshaver",
            "SheepShaver",
            "The ROM of a Power Macintosh with PCI (4 MB), or a file “Mac OS ROM” of Mac OS 8.5 to 9.0.4.",
            _sheepshaver_takes,
            SettingsFormat.BASILISK,
            memory=(256, 64, 128, 512),
            screens=_SCREENS,
            depths=(32, 8, 16),
            state=(".sheepshaver_nvram", 8192),
        ),
        EmulatorKind(
            "minivmac",
            "Mini vMac",
            "The ROM of a Macintosh Plus: a file of 128 KB.",
            _minivmac_takes,
            SettingsFormat.ARGUMENTS,
        ),
    )
}
"""The emulators by the name of their recipe."""


def emulators_for(report: RomReport) -> list[EmulatorKind]:
    """Return the emulators that take a ROM."""
    return [each for each in EMULATOR_KINDS.values() if report.is_usable and each.takes(report)]

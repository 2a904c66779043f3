"""The ROMs of Macs that are known, by the checksum in their first four bytes.

Checksum, version word (offset 8) and size are those that DingusPPC (machines/romidentity.cpp), MAME
(apple/mac*.cpp), Mini vMac (the checksums that its build checks) and Apple's Technical Note HW 11 (Macintosh
Plus ROM Versions) publish.
"""

from dataclasses import dataclass
from typing import Final

KIB: Final = 1024
VERSION_64K: Final = 0x0069
VERSION_PLUS: Final = 0x0075
VERSION_CLASSIC: Final = 0x0276
VERSION_II: Final = 0x0178
VERSION_PORTABLE: Final = 0x037A
VERSION_32_BIT: Final = 0x067C
"""32-bit clean (Basilisk II, rom_patches.h: ROM_VERSION_32)."""
VERSION_POWER: Final = 0x077D
"""Power Macintosh, and the Quadras with AV."""


@dataclass(frozen=True, slots=True)
class RomModel:
    """A known ROM: its checksum, its version word, its size in bytes, and the Macs that had it."""

    checksum: int
    version: int
    size: int
    macs: str


def _model(checksum: int, version: int, kib: int, macs: str) -> RomModel:
    return RomModel(checksum, version, kib * KIB, macs)


_MODELS: Final = (
    _model(0x28BA61CE, VERSION_64K, 64, "Macintosh 128K"),
    _model(0x28BA4E50, VERSION_64K, 64, "Macintosh 512K"),
    _model(0x4D1EEEE1, VERSION_PLUS, 128, "Macintosh Plus, first version"),
    _model(0x4D1EEAE1, VERSION_PLUS, 128, "Macintosh Plus, second version"),
    _model(0x4D1F8172, VERSION_PLUS, 128, "Macintosh Plus, third version"),
    _model(0xB2E362A8, VERSION_CLASSIC, 256, "Macintosh SE"),
    _model(0xB306E171, VERSION_CLASSIC, 256, "Macintosh SE FDHD"),
    _model(0xA49F9914, VERSION_CLASSIC, 512, "Macintosh Classic"),
    _model(0x97851DB6, VERSION_II, 256, "Macintosh II, first version"),
    _model(0x9779D2C4, VERSION_II, 256, "Macintosh II, second version"),
    _model(0x97221136, VERSION_II, 256, "Macintosh IIx, IIcx, SE/30"),
    _model(0x96CA3846, VERSION_PORTABLE, 256, "Macintosh Portable"),
    _model(0x96645F9C, VERSION_PORTABLE, 256, "PowerBook 100"),
    _model(0x368CADFE, VERSION_32_BIT, 512, "Macintosh IIci"),
    _model(0x4147DD77, VERSION_32_BIT, 512, "Macintosh IIfx"),
    _model(0x36B7FB6C, VERSION_32_BIT, 512, "Macintosh IIsi"),
    _model(0x350EACF0, VERSION_32_BIT, 512, "Macintosh LC"),
    _model(0x3193670E, VERSION_32_BIT, 512, "Macintosh Classic II"),
    _model(0x35C28F5F, VERSION_32_BIT, 512, "Macintosh LC II"),
    _model(0x420DBFF3, VERSION_32_BIT, 1024, "Quadra 700 and 900, PowerBook 140 and 170"),
    _model(0x3DC27823, VERSION_32_BIT, 1024, "Quadra 950"),
    _model(0xE33B2724, VERSION_32_BIT, 1024, "PowerBook 160, 165c, 180 and 180c"),
    _model(0x4957EB49, VERSION_32_BIT, 1024, "Macintosh IIvx and IIvi"),
    _model(0xECFA989B, VERSION_32_BIT, 1024, "PowerBook Duo 210, 230 and 250"),
    _model(0xEC904829, VERSION_32_BIT, 1024, "Macintosh LC III, first version"),
    _model(0xECBBC41C, VERSION_32_BIT, 1024, "Macintosh LC III"),
    _model(0xECD99DC0, VERSION_32_BIT, 1024, "Macintosh Color Classic"),
    _model(0xEDE66CBD, VERSION_32_BIT, 1024, "Macintosh LC 550, Color Classic II, Performa 275, 550 and 560"),
    _model(0xF1A6F343, VERSION_32_BIT, 1024, "Centris 610 and 650, Quadra 800"),
    _model(0xF1ACAD13, VERSION_32_BIT, 1024, "Quadra 610, 650 and 800"),
    _model(0xFF7439EE, VERSION_32_BIT, 1024, "Quadra 605, Macintosh LC 475, Performa 475 and 476"),
    _model(0x0024D346, VERSION_32_BIT, 1024, "PowerBook Duo 270"),
    _model(0x015621D7, VERSION_32_BIT, 1024, "PowerBook Duo 280 and 280c"),
    _model(0xFDA22562, VERSION_32_BIT, 1024, "PowerBook 150"),
    _model(0x06684214, VERSION_32_BIT, 1024, "Quadra 630"),
    _model(0x064DC91D, VERSION_32_BIT, 1024, "Performa 580 and 588"),
    _model(0xB6909089, VERSION_32_BIT, 2048, "PowerBook 520, 520c, 540 and 540c"),
    _model(0xB57687A5, VERSION_32_BIT, 2048, "PowerBook 550c"),
    _model(0x5BF10FD1, VERSION_POWER, 2048, "Quadra 660AV and 840AV"),
    _model(0x4D27039C, VERSION_POWER, 2048, "PowerBook 190cs"),
    _model(0x9FEB69B3, VERSION_POWER, 4096, "Power Macintosh 6100, 7100 and 8100"),
    _model(0x63ABFD3F, VERSION_POWER, 4096, "Power Macintosh 5200, 5300, 6200 and 6300"),
    _model(0x96CD923D, VERSION_POWER, 4096, "Power Macintosh 7200, 7500, 8500 and 9500, first version"),
    _model(0x9630C68B, VERSION_POWER, 4096, "Power Macintosh 7200, 7500, 8500 and 9500"),
    _model(0x6F5724C0, VERSION_POWER, 4096, "Power Macintosh 5400, Performa 6400"),
    _model(0x960E4BE9, VERSION_POWER, 4096, "Power Macintosh 7300, 7600, 8600 and 9600"),
    _model(0x960FC647, VERSION_POWER, 4096, "Power Macintosh 8600 and 9600"),
    _model(0x6E92FE08, VERSION_POWER, 4096, "Power Macintosh 6500, Twentieth Anniversary Macintosh"),
    _model(0x58F03416, VERSION_POWER, 4096, "Power Macintosh 4400 and 7220"),
    _model(0x79D68D63, VERSION_POWER, 4096, "Power Macintosh G3"),
    _model(0x78FDB784, VERSION_POWER, 4096, "Power Macintosh G3, second version"),
    _model(0x78F57389, VERSION_POWER, 4096, "Power Macintosh G3, third version"),
)
ROM_MODELS: Final = {each.checksum: each for each in _MODELS}
"""The known ROMs by checksum."""
ROM_SIZES: Final = frozenset(each.size for each in _MODELS)
"""The sizes of known ROMs in bytes."""

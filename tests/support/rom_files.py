"""Makes files with the checksum, version and size of a Mac's ROM: no real one is free."""

from __future__ import annotations

from moof.setup.rom_identity import word_sum
from moof.setup.rom_models import ROM_MODELS, RomModel

QUADRA = ROM_MODELS[0xF1ACAD13]
PLUS = ROM_MODELS[0x4D1F8172]
CLASSIC = ROM_MODELS[0xA49F9914]
POWER = ROM_MODELS[0x9630C68B]
_BOOT_NAME = 0x30D064
_LAST_WORD = 0xFFFF


def make_rom(model: RomModel, span: int | None = None, boot_name: bytes = b"") -> bytes:
    """Return bytes that a Mac of this model would take for its ROM; the checksum covers `span` bytes."""
    covered = span or model.size
    rom = bytearray(model.size)
    rom[:4] = model.checksum.to_bytes(4, "big")
    rom[8:10] = model.version.to_bytes(2, "big")
    rom[_BOOT_NAME : _BOOT_NAME + len(boot_name)] = boot_name
    missing = (model.checksum - word_sum(bytes(rom[4:covered]))) & 0xFFFFFFFF
    place = 16
    while missing and place < covered:
        word = min(missing, _LAST_WORD)
        rom[place : place + 2] = word.to_bytes(2, "big")
        missing -= word
        place += 2
    return bytes(rom)

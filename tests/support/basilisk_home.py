"""A home for tests of setting up: Basilisk II's stand-in on the PATH, and files that are taken for ROMs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from support.rom_files import PLUS, QUADRA, make_rom

STAND_IN = Path(__file__).with_name("basilisk_stand_in.py")


@dataclass(frozen=True)
class BasiliskHome:
    """A folder with a program and ROMs, in which a Mac is set up."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which Moof finds it."""
        return {
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(platformdirs.user_cache_path()),  # which has the compiled kernels
            "MOOF_CONFIG": str(self.moof_toml),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
        }

    @property
    def moof_toml(self) -> Path:
        return self.folder / "config" / "moof" / "moof.toml"

    @property
    def macs(self) -> Path:
        return self.folder / "data" / "moof" / "macs"

    def settings_read(self, mac: str) -> dict[str, Any]:
        """Return what the program has read of its settings; {} before."""
        with (self.macs / mac / "disk.img").open("rb") as disk:
            sector = disk.read(4096).rstrip(b"\0")
        return dict(json.loads(sector)) if sector else {}


def make_home(folder: Path) -> BasiliskHome:
    """Return a new home in this folder."""
    program = folder / "bin" / "BasiliskII"
    program.parent.mkdir()
    interpreter = Path(sys.executable).resolve()  # in the system's folders, which a sandbox shows
    program.write_text(f"#!{interpreter} -I\n{STAND_IN.read_text()}")
    program.chmod(0o755)
    rom = make_rom(QUADRA)
    files = {
        "quadra.rom": rom,
        "swapped.rom": b"".join(rom[at : at + 2][::-1] for at in range(0, len(rom), 2)),
        "cut.rom": rom[:-1000],
        "high.rom": rom[::2],
        "low.rom": rom[1::2],
        "plus.rom": make_rom(PLUS),
        "archive.zip": b"PK\x03\x04" + bytes(5000),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return BasiliskHome(folder)

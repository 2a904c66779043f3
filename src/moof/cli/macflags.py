"""The options of the built-in Mac, shared by `run` and `emulator`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from moof.cli.option_groups import option
from moof.cli.terminal import fail
from moof.server.config.settings import BUILT_IN

SCREEN_SIZES = ("512x342", "640x480", "832x624", "1024x768", "1152x870", "1920x1080")
DEPTHS = (1, 2, 4, 8, 16, 32)

Verbose = Annotated[bool, option("Log more.", "--verbose", "-v")]


@dataclass(frozen=True, slots=True)
class MacFlags:
    """The options of the built-in Mac, checked; `run` passes them on, `emulator` uses them."""

    rom: Annotated[Path | None, option("A ROM for this machine (docs/guest.md) instead of Moof's.")] = None
    ram: Annotated[int, option("RAM of the Mac in MB.", min=1, max=64)] = 8
    size: Annotated[str | None, option(f"Screen size at start, one of {', '.join(SCREEN_SIZES)}.")] = None
    depth: Annotated[int | None, option("Bits per pixel at start: 1, 2, 4, 8, 16 or 32.")] = None
    xpram: Annotated[str | None, option("File for the Mac's settings; 'none' for no file.")] = None
    documents: Annotated[
        str | None,
        option("Folder that is the Mac's disk, or its shared folder; 'none': no disk."),
    ] = None
    states: Annotated[str | None, option("Folder of the Mac's states; 'none' to save none.")] = None
    fresh: Annotated[bool, option("Start anew instead of where the Mac was.", "--fresh")] = False
    record: Annotated[
        Path | None, option("New file for what reaches the Mac, from its start on (moof replay plays it).")
    ] = None
    memory_file: Annotated[Path | None, option("Map guest memory to this file, for debuggers and tests.")] = (
        None
    )

    def __post_init__(self) -> None:
        if self.size is not None and self.size not in SCREEN_SIZES:
            fail(f"--size {self.size}: the sizes are {', '.join(SCREEN_SIZES)}.")
        if self.depth is not None and self.depth not in DEPTHS:
            fail(f"--depth {self.depth}: the depths are 1, 2, 4, 8, 16 and 32 bits per pixel.")
        if self.rom is not None and not self.rom.is_file():
            fail(f"--rom {self.rom}: there is no such file. Without --rom, Moof's own ROM is used.")
        if self.record is not None and self.record.exists():
            fail(f"--record {self.record}: there is such a file already.")

    @property
    def width_height(self) -> tuple[int, int] | None:
        """The size in pixels, None if it was not given."""
        if self.size is None:
            return None
        width, height = self.size.split("x")
        return int(width), int(height)

    @property
    def documents_folder(self) -> Path | None:
        """The folder that is the Mac's disk, None without one."""
        from moof.mac.documents_folder import default_documents

        if self.documents is None:
            return default_documents()
        return None if self.documents == "none" else Path(self.documents)

    @property
    def states_folder(self) -> Path | None:
        """The folder of states, None without one."""
        from moof.states.state_shelf import default_states

        if self.states is None:
            return default_states() if self.xpram is None else None
        return None if self.states == "none" else Path(self.states)

    def states_of(self, emulator: str) -> Path | None:
        """Return the folder of the states of the built-in Mac or of an emulator of the bridge."""
        from moof.states.state_shelf import OF_EMULATORS

        folder = self.states_folder
        return folder if emulator == BUILT_IN or folder is None else folder / OF_EMULATORS / emulator

    def command(self, verbose: bool) -> list[str]:
        """Return the command line that starts the built-in Mac as a process."""
        words = [sys.executable, "-m", "moof.mac_process", "--ram", str(self.ram)]
        for flag in ("rom", "size", "depth", "xpram", "documents", "states", "record", "memory_file"):
            value = getattr(self, flag)
            if value is not None:
                words += [f"--{flag.replace('_', '-')}", str(value)]
        switches = (("--fresh", self.fresh), ("--verbose", verbose))
        return words + [switch for switch, given in switches if given]

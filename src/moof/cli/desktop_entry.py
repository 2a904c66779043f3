"""`moof desktop-entry`: Moof among the programs of the desktop."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer

from moof.cli.terminal import fail, terminal

_ENTRY: Final = """\
[Desktop Entry]
Type=Application
Version=1.4
Name=Moof
GenericName=Classic Mac
Comment=A classic 68k Macintosh in a browser tab
Exec={command}
Icon=moof
Terminal=true
Categories=System;Emulator;
Keywords=Macintosh;68k;retro;
"""
"""In a terminal, which shows the address and what is wrong, and whose end is Moof's end."""
_ENTRY_PLACE: Final = Path("applications", "moof.desktop")
_ICON_PLACE: Final = Path("icons", "hicolor", "scalable", "apps", "moof.svg")
_RESERVED: Final = str.maketrans({each: f"\\{each}" for each in '"`$\\'})


def desktop_entry(
    remove: Annotated[bool, typer.Option("--remove", help="Remove entry and icon.")] = False,
) -> None:
    """Add Moof to the programs of this user's desktop: it starts `moof run --open`."""
    from platformdirs import user_data_path

    folder = user_data_path()
    entry, icon = folder / _ENTRY_PLACE, folder / _ICON_PLACE
    try:
        if remove:
            entry.unlink(missing_ok=True)
            icon.unlink(missing_ok=True)
            terminal.print(f"Removed {entry}", soft_wrap=True)
            return
        _write(icon, files("moof.web").joinpath("page/icons/moof.svg").read_bytes())
        _write(entry, entry_text([sys.executable, "-m", "moof", "run", "--open"]).encode())
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}.")
    terminal.print(f"Written: {entry}", soft_wrap=True)


def entry_text(command: list[str]) -> str:
    """Return the desktop entry (freedesktop.org, Desktop Entry Specification 1.4) that starts a command."""
    return _ENTRY.format(command=" ".join(_quoted(word) for word in command))


def _quoted(word: str) -> str:
    """Return a word of Exec in quotes: reserved characters and then all backslashes escaped, % doubled."""
    quoted = word.translate(_RESERVED).replace("\\", "\\\\").replace("%", "%%")
    return f'"{quoted}"'


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

"""The commands of `moof`. Imports all other packages; `commands` has the table of commands."""

from moof.cli.commands import main

__all__ = ["main"]

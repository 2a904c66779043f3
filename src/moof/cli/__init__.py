"""The commands. This is the only room that knows all the others; `app` has the table of them."""

from moof.cli.commands import main

__all__ = ["main"]

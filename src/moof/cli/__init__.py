"""The commands of `moof`. Imports all other packages; `commands` has the table of commands."""

from typing import Final

_INTERRUPTED: Final = 130
"""As shells say that SIGINT has ended a program."""


def main() -> None:
    """Run `moof` or `python -m moof`. Ctrl-C prints no traceback, even while libraries are loaded."""
    try:
        from moof.cli.commands import main as run_command

        run_command()
    except KeyboardInterrupt:
        raise SystemExit(_INTERRUPTED) from None


__all__ = ["main"]

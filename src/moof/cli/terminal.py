"""Output of the commands to the terminal."""

from __future__ import annotations

import logging
from typing import Final, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape

from moof.log_limiter import start_logging
from moof.plain_text import plain_text

terminal = Console(stderr=True, highlight=False)
USAGE_ERROR: Final = 2
"""Exit status of a command that cannot do what its options and files say."""
_ENTRY: Final = "%(name)s: %(message)s"


def set_up_logging(verbose: bool) -> None:
    """Log to the terminal: others' warnings, our information, with --verbose our debug output.

    What is logged again and again is left out and counted, and control characters are replaced. A
    terminal gets lines as long as it is wide, a file or the journal one line for each entry.
    """
    handler: logging.Handler
    if terminal.is_terminal:
        handler, form = RichHandler(console=terminal, show_path=False, markup=False), _ENTRY
    else:
        handler, form = logging.StreamHandler(), f"%(asctime)s %(levelname)s {_ENTRY}"
    start_logging(handler, form, verbose)


def fail(sentence: str, status: int = USAGE_ERROR) -> NoReturn:
    """Print a sentence that says what to do, and exit, by default with status 2.

    Without a terminal it is one line: the server shows an emulator's last line as the reason of its end.
    """
    text = f"[bold red]moof:[/bold red] {escape(plain_text(sentence))}"
    terminal.print(text, soft_wrap=not terminal.is_terminal)
    raise typer.Exit(status)

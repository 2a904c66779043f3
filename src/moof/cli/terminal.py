"""Output of the commands to the terminal."""

from __future__ import annotations

import logging
from typing import NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape

from moof.cli.log_limiter import LogLimiter, PlainFormatter
from moof.plain_text import plain_text

terminal = Console(stderr=True, highlight=False)


def set_up_logging(verbose: bool) -> None:
    """Log to the terminal: others' warnings, our information, with --verbose our debug output.

    What is logged again and again is left out and counted, and control characters are replaced.
    """
    handler = RichHandler(console=terminal, show_path=False, markup=False)
    handler.addFilter(LogLimiter())
    handler.setFormatter(PlainFormatter("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("moof").setLevel(logging.DEBUG if verbose else logging.INFO)


def fail(sentence: str) -> NoReturn:
    """Print a sentence that says what to do, and exit with status 2."""
    terminal.print(f"[bold red]moof:[/bold red] {escape(plain_text(sentence))}")
    raise typer.Exit(2)

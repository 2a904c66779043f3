"""The `moof` command and the table of what it can do: a new command is one file and one line here.

Heavy imports happen inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

import moof
from moof.cli.emulator import emulator
from moof.cli.run import run, serve

app = typer.Typer(
    name="moof",
    help="A classic Mac in a browser tab. Start with: moof run",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


for command in (run, serve, emulator):
    app.command()(command)


@app.callback(invoke_without_command=True)
def moof_command(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Without a command, say what there is."""
    if version:
        typer.echo(f"moof {moof.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


def main() -> None:
    """Entry point of the `moof` command and of `python -m moof`."""
    app(prog_name="moof")

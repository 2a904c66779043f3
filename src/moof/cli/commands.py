"""The `moof` command and the table of its commands: a new one is one file and one line here.

Commands import what takes long inside of their functions, so that `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import moof
from moof.cli.bridge import bridge
from moof.cli.capture import capture
from moof.cli.compare import compare
from moof.cli.doctor import doctor
from moof.cli.emulator import emulator
from moof.cli.macflags import MacFlags
from moof.cli.option_groups import option_names
from moof.cli.run import run, serve
from moof.cli.serverflags import ServerFlags
from moof.cli.sessions import sessions
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail
from moof.cli.tokens import tokens
from moof.server.config.settings import SettingsError, read_settings, settings_file

app = typer.Typer(
    name="moof",
    help="A classic Mac in a browser tab. Start with: moof run",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # which fills paragraphs
    context_settings={"help_option_names": ["-h", "--help"]},
)


FROM_FILE = ("run", "serve", "emulator")
"""The commands whose options moof.toml can set."""

for command in (run, serve, emulator, bridge, doctor, capture, compare):
    app.command()(command)
for group in (tokens, sessions):
    app.add_typer(group)


@app.callback(invoke_without_command=True)
def moof_command(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Print the help if there is no command."""
    if version:
        typer.echo(f"moof {moof.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit
    check_folder()
    if context.invoked_subcommand in FROM_FILE:
        context.default_map = {context.invoked_subcommand: file_values()}


def check_folder() -> None:
    """Exit with a sentence if the working directory has been removed: relative paths mean nothing there."""
    try:
        Path.cwd()
    except OSError:
        fail("The folder that this command was started in does not exist any more: change to another one.")


def file_values() -> dict[str, Any]:
    """Return the values in moof.toml by option name."""
    path = settings_file()
    try:
        values = read_settings(path).values
    except SettingsError as error:
        fail(str(error))
    groups = (ServerFlags, SoundFlags, MacFlags)
    known = {*(name for group in groups for name in option_names(group)), "auto_start", "verbose"}
    if unknown := sorted(set(values) - known):
        fail(f"{path}: unknown {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")
    return values


def main() -> None:
    """Entry point of the `moof` command and of `python -m moof`."""
    app(prog_name="moof")

"""The `moof` command and the table of its commands: a new one is one file and one line here.

Only the command that is named is imported, and commands import what takes long inside of their functions:
people wait for `run`, and `--help` answers at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import moof
from moof.cli.terminal import USAGE_ERROR, fail, terminal
from moof.server.config.settings import SettingsError, read_settings, settings_file

COMMANDS: Final = {
    "run": "moof.cli.run",
    "serve": "moof.cli.run",
    "emulator": "moof.cli.emulator",
    "bridge": "moof.cli.bridge",
    "setup": "moof.cli.setup",
    "list": "moof.cli.macs:list_macs",
    "start": "moof.cli.macs:start_mac",
    "duplicate": "moof.cli.macs:duplicate",
    "remove": "moof.cli.macs:remove",
    "restore": "moof.cli.macs:restore",
    "replay": "moof.cli.replay",
    "doctor": "moof.cli.doctor",
    "desktop-entry": "moof.cli.desktop_entry",
    "capture": "moof.cli.capture",
    "compare": "moof.cli.compare",
    "hub-server": "moof.cli.hub_server",
    "tokens": "moof.cli.tokens",
    "sessions": "moof.cli.sessions",
    "watch-link": "moof.cli.watch_link",
}
"""The commands by name, and their modules; after a colon the function's name, if it is another one."""

EMULATORS: Final = ("emulator", "bridge")
"""The commands that a server can start as its emulator."""
PASSES_ON: Final = ("start",)
"""The commands that pass on options that they do not know."""
FROM_FILE: Final = ("run", "serve", "emulator", "hub-server")
"""The commands whose options moof.toml can set."""


def command_line(only: str | None = None) -> typer.Typer:
    """Return the command line with all commands, or with only one of them."""
    app = typer.Typer(
        name="moof",
        help="A classic Mac in a browser tab. Start with: moof run",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",  # which fills paragraphs
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(moof_command)
    for name in COMMANDS if only is None else [only]:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(importlib.import_module(module), attribute or name.replace("-", "_"))
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(name, context_settings={"ignore_unknown_options": name in PASSES_ON})(command)
    return app


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
    if not values:
        return {}
    from moof.cli.forkflags import ForkFlags
    from moof.cli.macflags import MacFlags
    from moof.cli.option_groups import option_names
    from moof.cli.serverflags import ServerFlags
    from moof.cli.soundflags import SoundFlags

    groups = (ServerFlags, SoundFlags, MacFlags, ForkFlags)
    known = {*(name for group in groups for name in option_names(group)), "auto_start", "verbose"}
    if unknown := sorted(set(values) - known):
        fail(f"{path}: unknown {', '.join(unknown)}. Known are {', '.join(sorted(known))}.")
    return values


def main() -> None:
    """Run the command that the arguments name.

    The garbage collector rests until everything is loaded, when the command enables it again: it finds
    nothing in libraries that are being imported, and takes a fifth of that time (measured).

    A command that starts an emulator ends with status 78 instead of 2: the server does not start it again.
    """
    gc.disable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads for matrices, of which there are none
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        command_line(first if first in COMMANDS else None)(prog_name="moof")
    except SystemExit as ended:
        if first in EMULATORS and ended.code == USAGE_ERROR:
            from moof.process.exit_status import EXIT_STATUS_CANNOT_RUN

            _repeat_usage_error(ended)
            raise SystemExit(EXIT_STATUS_CANNOT_RUN) from None
        raise


def _repeat_usage_error(ended: SystemExit) -> None:
    """Print, without a terminal, what is wrong with an option as the last line, which the server shows."""
    describe = getattr(ended.__context__, "format_message", None)
    if describe is not None and not terminal.is_terminal:
        typer.echo(f"moof: {' '.join(describe().split())}", err=True)

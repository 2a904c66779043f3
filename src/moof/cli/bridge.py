"""`moof bridge`: an emulator that exists already, unmodified, behind the contract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moof.cli.emulator import announce_emulator
from moof.cli.macflags import Verbose
from moof.cli.terminal import fail, set_up_logging, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moof.bridge.bridge import BridgeOptions
    from moof.bridge.limits import Limits

Emulator = Annotated[
    str | None, typer.Option("--emulator", help="Run this emulator of yours (moof bridge --list names them).")
]
File = Annotated[
    Path | None,
    typer.Option("--file", help="The emulator's ROM, system or settings file, if it is not found by itself."),
]
MemoryLimit = Annotated[
    int | None, typer.Option("--memory-limit", min=16, help="Most memory of the program, in MB.")
]
Cpus = Annotated[int | None, typer.Option("--cpus", min=1, help="Most processors that the program may use.")]
MouseOption = Annotated[
    str,
    typer.Option(
        "--mouse", help="absolute; relative if the program grabs the pointer, click if after a click."
    ),
]
Arguments = Annotated[
    list[str] | None, typer.Argument(help="COMMAND… to run; with --emulator, more arguments for it.")
]


def bridge(
    arguments: Arguments = None,
    emulator: Emulator = None,
    file: File = None,
    title: Annotated[str, typer.Option("--title", help="Part of the title of the window to show.")] = "",
    mouse: MouseOption = "absolute",
    memory_limit: MemoryLimit = None,
    cpus: Cpus = None,
    list_recipes: Annotated[bool, typer.Option("--list", help="List the emulators there are.")] = False,
    standby: Annotated[
        bool,
        typer.Option("--standby", hidden=True, help="Load everything, then fork when stdin says so."),
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Put a program, unmodified, behind the contract IPC v4: moof bridge -- COMMAND…

    It gets a display and a sound server of its own. Prints one line when a server can connect, as moof
    emulator does, and ends when the program does.
    """
    if list_recipes:
        show_recipes()
        return
    set_up_logging(verbose)
    options = bridge_options(emulator, file, arguments or [], title, mouse)
    from dataclasses import replace

    from moof.bridge import bridge as room
    from moof.bridge.errors import BridgeError
    from moof.bridge.limits import Limits
    from moof.process import serve_forks

    if standby:
        room.prepare()
        serve_forks()
    options = replace(options, limits=Limits(memory_limit, cpus), on_ready=announce_emulator)
    try:
        status = room.run(options)
    except BridgeError as error:
        fail(str(error))
    raise typer.Exit(status)


def bridge_options(
    emulator: str | None,
    file: Path | None,
    arguments: Sequence[str],
    title: str = "",
    mouse: str = "absolute",
) -> BridgeOptions:
    """Return what to run: a recipe's emulator or a command; fails with a sentence if something is missing."""
    from moof.bridge.bridge import BridgeOptions
    from moof.bridge.errors import BridgeError
    from moof.bridge.pointer import MouseKind
    from moof.bridge.recipe import find_recipe

    if emulator is not None:
        try:
            return find_recipe(emulator).options(arguments, file)
        except BridgeError as error:
            fail(str(error))
    if not arguments:
        fail("Say what to run: moof bridge -- COMMAND…, or moof bridge --emulator NAME.")
    if mouse not in [kind.value for kind in MouseKind]:
        fail(f"--mouse {mouse}: {', '.join(kind.value for kind in MouseKind)}.")
    return BridgeOptions(arguments, title=title, mouse=MouseKind(mouse))


def bridge_command(
    emulator: str, file: Path | None, arguments: Sequence[str], limits: Limits, verbose: bool
) -> list[str]:
    """The command line that starts an emulator's bridge as a process; what is missing is said now."""
    bridge_options(emulator, file, arguments)
    words = [sys.executable, "-m", "moof", "bridge", "--emulator", emulator]
    words += ["--file", str(file)] if file else []
    words += ["--memory-limit", str(limits.memory_mb)] if limits.memory_mb else []
    words += ["--cpus", str(limits.cpus)] if limits.cpus else []
    words += ["--verbose"] if verbose else []
    return [*words, "--", *arguments] if arguments else words


def recipe_names() -> list[str]:
    """The emulators that the bridge knows."""
    from moof.bridge.recipe import all_recipes

    return [recipe.name for recipe in all_recipes()]


def show_recipes() -> None:
    """List each emulator, what it is, and whether it is there."""
    from rich.table import Table

    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe import all_recipes

    table = Table("name", "what", "here")
    for recipe in all_recipes():
        try:
            state = f"ready: {recipe.options().command[0]}"
        except BridgeError as error:
            state = str(error)
        table.add_row(recipe.name, recipe.about, state)
    terminal.print(table)

"""`moof bridge`: runs an existing emulator, unmodified, and makes it available over IPC v4."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moof.cli.emulator import Standby, announce_emulator, run_emulator
from moof.cli.macflags import Verbose
from moof.cli.sandbox_choice import (
    DEFAULT_CHOICE,
    NETWORK_HELP,
    NO_SANDBOX_HELP,
    SANDBOX_HELP,
    SHARE_HELP,
    SandboxChoice,
)
from moof.cli.terminal import fail, set_up_logging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moof.bridge.bridge_options import BridgeOptions
    from moof.bridge.limits import Limits

Emulator = Annotated[
    str | None, typer.Option("--emulator", help="Run this emulator (moof bridge --list lists them).")
]
File = Annotated[
    Path | None,
    typer.Option(
        "--emulator-file",
        "--file",
        help="The emulator's ROM, system or settings file, if it is not in one of its usual places.",
    ),
]
MemoryLimit = Annotated[
    int | None, typer.Option("--memory-limit", min=16, help="Memory limit of the program, in MB.")
]
Cpus = Annotated[
    int | None, typer.Option("--cpus", min=1, help="Number of processors that the program may use.")
]
MouseOption = Annotated[
    str,
    typer.Option(
        "--mouse",
        help="absolute; relative if the program grabs the pointer, click if it does so after a click.",
    ),
]
Documents = Annotated[
    Path | None,
    typer.Option("--documents", help="With --emulator: a folder whose files its Mac gets."),
]
StatesOption = Annotated[
    Path | None, typer.Option("--states", help="Folder of the emulator's states, if it can save any.")
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
    documents: Documents = None,
    swallow: Annotated[
        list[str] | None,
        typer.Option("--swallow", help="A hot key of the program that it is not to get, such as ctrl+alt+f."),
    ] = None,
    memory_limit: MemoryLimit = None,
    cpus: Cpus = None,
    sandbox: Annotated[str, typer.Option("--sandbox", help=SANDBOX_HELP)] = "auto",
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help=NO_SANDBOX_HELP)] = False,
    share: Annotated[list[Path] | None, typer.Option("--share", help=SHARE_HELP)] = None,
    network: Annotated[bool | None, typer.Option("--network/--no-network", help=NETWORK_HELP)] = None,
    states: StatesOption = None,
    list_recipes: Annotated[bool, typer.Option("--list", help="List the known emulators.")] = False,
    standby: Standby = False,
    verbose: Verbose = False,
) -> None:
    """Run a program, unmodified, as an emulator of IPC v4. Usage: moof bridge -- COMMAND….

    It gets a private display and sound server. Prints one line when a server can connect, as moof emulator
    does, and ends when the program does.
    """
    set_up_logging(verbose)
    if list_recipes:
        show_recipes()
        return

    def options_now() -> BridgeOptions:
        return bridge_options(emulator, file, arguments or [], title, mouse, swallow or [], documents)

    first = options_now()
    from moof.bridge.bridge import prepare, run
    from moof.bridge.errors import BridgeError
    from moof.bridge.limits import Limits

    choice = SandboxChoice("off" if no_sandbox else sandbox, tuple(share or ()), network)
    has_sandbox = first.sandbox is not None and choice.is_possible(first.command[0])

    def run_now() -> int:
        options = options_now() if standby else first  # a disk may have been put back since
        sandbox = choice.added_to(options.sandbox) if options.sandbox is not None and has_sandbox else None
        return run(
            replace(
                options,
                limits=Limits(memory_limit, cpus),
                sandbox=sandbox,
                states=states.absolute() if states is not None else None,
                on_ready=announce_emulator,
            )
        )

    run_emulator(run_now, prepare, BridgeError, standby)


def bridge_options(
    emulator: str | None,
    file: Path | None,
    arguments: Sequence[str],
    title: str = "",
    mouse: str = "absolute",
    swallow: Sequence[str] = (),
    documents: Path | None = None,
) -> BridgeOptions:
    """Return what to run: a recipe's emulator or a command. Exits with a sentence if something is missing."""
    from moof.bridge.bridge_options import BridgeOptions
    from moof.bridge.errors import BridgeError
    from moof.bridge.hot_keys import HotKey
    from moof.bridge.pointer import MouseKind
    from moof.bridge.recipe_folder import find_recipe
    from moof.bridge.recipe_sandbox import command_sandbox, recipe_sandbox

    if emulator is not None:
        try:
            recipe = find_recipe(emulator)
            words = [*(recipe.sharing(documents) if documents else ()), *arguments]
            options = recipe.options(words, file, documents)
            sandbox = recipe_sandbox(recipe, options.command, words, file)
            return replace(options, sandbox=sandbox)
        except BridgeError as error:
            fail(str(error))
    if documents is not None:
        fail("--documents: a folder is for an emulator with a recipe, --emulator NAME.")
    if not arguments:
        fail("Give a command to run: moof bridge -- COMMAND…, or moof bridge --emulator NAME.")
    if mouse not in [kind.value for kind in MouseKind]:
        fail(f"--mouse {mouse}: {', '.join(kind.value for kind in MouseKind)}.")
    try:
        hot_keys = tuple(HotKey.parse(text) for text in swallow)
    except ValueError as error:
        fail(f"--{error}.")
    return BridgeOptions(
        arguments,
        title=title,
        mouse=MouseKind(mouse),
        swallow=hot_keys,
        sandbox=command_sandbox(arguments),
    )


@dataclass(frozen=True, slots=True)
class BridgeCommand:
    """The command line that starts an emulator's bridge, and whether its guest never has the network."""

    words: list[str]
    offline: bool


def bridge_command(
    emulator: str,
    file: Path | None,
    arguments: Sequence[str],
    limits: Limits,
    verbose: bool,
    choice: SandboxChoice = DEFAULT_CHOICE,
    *,
    documents: Path | None = None,
    states: Path | None = None,
) -> BridgeCommand:
    """Return the command line that starts an emulator's bridge. Exits now if something is missing.

    Its Mac gets the files of the folder `documents`; its states, if it can save any, are in the folder
    `states`. What is offline now stays so at every start: the recipe is read, and the sandbox tried, each
    time anew.
    """
    has_sandbox = choice.is_possible(check_recipe(emulator, file))
    offline = has_sandbox and not choice.has_network(_recipe_network(emulator))
    choice = choice.held_offline() if offline else choice
    words = [sys.executable, "-m", "moof", "bridge", "--emulator", emulator]
    words += ["--emulator-file", str(file)] if file else []
    words += ["--memory-limit", str(limits.memory_mb)] if limits.memory_mb else []
    words += ["--cpus", str(limits.cpus)] if limits.cpus else []
    words += ["--states", str(states.absolute())] if states else []
    words += choice.words()
    words += ["--verbose"] if verbose else []
    words += ["--documents", str(documents)] if documents else []
    return BridgeCommand([*words, "--", *arguments] if arguments else words, offline)


def _recipe_network(emulator: str) -> bool:
    from moof.bridge.recipe_folder import find_recipe

    return find_recipe(emulator).network


def check_recipe(emulator: str, file: Path | None) -> str:
    """Return a recipe's program. Exits with a sentence if it, or a file that it needs, is missing."""
    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe_folder import find_recipe

    try:
        return find_recipe(emulator).check(file).words[0]
    except BridgeError as error:
        fail(str(error))


def recipe_names() -> list[str]:
    """Return the names of the emulators that have a recipe."""
    from moof.bridge.recipe_folder import all_recipes

    return [recipe.name for recipe in all_recipes()]


def show_recipes() -> None:
    """Print each emulator, what it is, and whether it is here, in full whatever the terminal's width."""
    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe_folder import all_recipes

    for recipe in all_recipes():
        try:
            state = f"ready: {' '.join(recipe.check().words)}"
        except BridgeError as error:
            state = f"not ready: {error}"
        typer.echo(f"{recipe.name}\n    {recipe.about}\n    {state}")

"""`moof setup`: sets up a real Mac in an emulator that is installed: asks, and writes its settings."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from moof.cli.setup_dialog import SetupDialog
from moof.cli.terminal import fail, terminal
from moof.cli.text_table import text_table
from moof.server.config.settings import SettingsError, settings_file

if TYPE_CHECKING:
    from moof.bridge.recipe import Recipe
    from moof.setup.answers import SetupAnswers
    from moof.setup.emulator_kinds import EmulatorKind
    from moof.setup.plan import SetupPlan

EmulatorName = Annotated[
    str,
    typer.Argument(
        metavar="EMULATOR", help="basilisk2, sheepshaver or minivmac. Without one they are listed."
    ),
]
_Rom = Annotated[
    list[Path] | None,
    typer.Option("--rom", help="The ROM; twice for the two files of its chips."),
]


def setup(
    emulator: EmulatorName = "",
    rom: _Rom = None,
    name: Annotated[str, typer.Option("--name", help="Name of the Mac.")] = "",
    disk: Annotated[
        str, typer.Option("--disk", help="A disk image; without one, an empty disk is made.")
    ] = "",
    disk_size: Annotated[
        str, typer.Option("--disk-size", help="Size of the empty disk in MB, 0 for none.")
    ] = "",
    cd: Annotated[str, typer.Option("--cd", help="The image of a CD.")] = "",
    memory: Annotated[str, typer.Option("--memory", help="Memory in MB.")] = "",
    screen: Annotated[str, typer.Option("--screen", help="Size of the screen, such as 800x600.")] = "",
    depth: Annotated[str, typer.Option("--depth", help="Bits per pixel.")] = "",
    sound: Annotated[str, typer.Option("--sound", help="yes or no.")] = "",
    network: Annotated[str, typer.Option("--network", help="yes or no.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: the best answer to all that is not given.")
    ] = False,
) -> None:
    """Set up a real Mac in an emulator of this machine, with a ROM of your own.

    Asks what is not given, each with a good default; < goes back to the question before. Nothing is
    written before the last answer, and Ctrl-C ends without a trace.
    """
    if not emulator:
        _list_emulators()
    kind = _kind(emulator)
    program = _program(kind)
    terminal.print(f"{kind.title} is {program}.", soft_wrap=True, markup=False)
    given = {
        "disk": disk,
        "disk-size": disk_size,
        "cd": cd,
        "memory": memory,
        "screen": screen,
        "depth": depth,
        "sound": sound,
        "network": network,
    }
    dialog = SetupDialog(
        kind, rom or (), {each: value for each, value in given.items() if value}, ask=not yes
    )
    try:
        plan = _plan(kind, name, dialog)
        _write(plan)
    except (KeyboardInterrupt, EOFError):
        terminal.print("\nNothing was written.")
        raise typer.Exit(130) from None
    _announce(kind, plan)


def _list_emulators() -> NoReturn:
    """Exit with a line for each emulator: whether its program is here, and the command that sets up a Mac."""
    from moof.bridge.installed_program import find_program
    from moof.setup.emulator_kinds import EMULATOR_KINDS

    rows = []
    for kind in EMULATOR_KINDS.values():
        program = find_program(_recipe(kind).programs)
        found = "not found" if program is None else shlex.join(program.words)
        rows.append((kind.title, found, f"moof setup {kind.name}"))
    for line in text_table(("EMULATOR", "PROGRAM", "SET UP A MAC"), rows):
        typer.echo(line, err=True)
    fail("Which emulator is the Mac for? Type one of these commands.")


def _kind(emulator: str) -> EmulatorKind:
    from moof.setup.emulator_kinds import EMULATOR_KINDS

    kind = EMULATOR_KINDS.get(emulator)
    if kind is None:
        fail(f"{emulator} cannot be set up here; {', '.join(EMULATOR_KINDS)} can.")
    return kind


def _program(kind: EmulatorKind) -> str:
    """Return the words that start the emulator. Exits with what to install."""
    from moof.bridge.installed_program import find_program

    recipe = _recipe(kind)
    program = find_program(recipe.programs)
    if program is None:
        fail(f"{kind.title} is not installed. {recipe.install}")
    return shlex.join(program.words)


def _recipe(kind: EmulatorKind) -> Recipe:
    """Return an emulator's recipe. Exits with what is wrong with it."""
    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe_folder import find_recipe

    try:
        return find_recipe(kind.name)
    except BridgeError as error:
        fail(str(error))


def _plan(kind: EmulatorKind, name: str, dialog: SetupDialog) -> SetupPlan:
    from moof.setup.mac_folders import default_macs, free_name
    from moof.setup.plan import plan_mac

    macs = default_macs()
    wanted = name or free_name(kind.name, macs)
    _answers(kind, wanted, dialog.given, macs)  # before anything is asked
    if name and (macs / name).exists():
        fail(f"--name: There is a Mac {name} already.")
    rom, given = dialog.run()
    return plan_mac(kind, _answers(kind, wanted, given, macs), rom, macs)


def _answers(kind: EmulatorKind, name: str, given: dict[str, str], macs: Path) -> SetupAnswers:
    """Return the answers, checked. Exits if one cannot be used."""
    from moof.setup.answers import AnswerError, answers_of
    from moof.setup.mac_paths import check_own_disk

    try:
        return check_own_disk(answers_of(kind, name, given), macs)
    except AnswerError as error:
        fail(f"--{error.question}: {error}")


def _write(plan: SetupPlan) -> None:
    """Write the Mac's folder, and then moof.toml. Exits with a sentence if that is not possible.

    Ctrl-C removes the folder; one that comes while moof.toml is being written is too late.
    """
    from moof.server.config.remote_config import write_start_values
    from moof.setup.mac_folders import SetupError, remove_mac, write_mac

    try:
        write_mac(plan, time.time())
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except SetupError as error:
        fail(str(error))
    except KeyboardInterrupt:
        remove_mac(plan)
        raise
    try:
        write_start_values(settings_file(), plan.folder.parent, plan.settings)
    except SettingsError as error:
        remove_mac(plan)
        fail(f"{error} Nothing was set up.")
    finally:
        signal.signal(signal.SIGINT, interrupt)


def _announce(kind: EmulatorKind, plan: SetupPlan) -> None:
    for line in summary(plan.folder, plan.settings, plan.blanks):
        terminal.print(line, soft_wrap=True, markup=False)
    typer.echo(f"{kind.title} is set up. Start it: moof run")


def summary(folder: Path, settings: Mapping[str, object], blanks: Mapping[str, int]) -> Sequence[str]:
    """Return what was written, for people."""
    made = [f"An empty disk of {size >> 20} MB: {folder / name}" for name, size in blanks.items()]
    values = ", ".join(name for name, value in settings.items() if value is not None)
    return [f"The Mac's folder: {folder}", *made, f"{settings_file()} has {values}."]

"""`moof list`, `start`, `duplicate`, `remove`, `restore`: the Macs that were set up, by name."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from moof.cli.terminal import fail, terminal
from moof.cli.text_table import text_table
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings, settings_file

MacName = Annotated[str, typer.Argument(metavar="NAME", help="As moof list shows it.")]


def list_macs(
    removed: Annotated[
        bool, typer.Option("--removed", help="Those that were removed and can be brought back.")
    ] = False,
) -> None:
    """List the Macs: name, emulator, whether the next start uses it, folder."""
    from moof.setup.emulator_kinds import EMULATOR_KINDS
    from moof.setup.mac_folders import default_macs
    from moof.setup.mac_shelf import current_mac, macs_in
    from moof.setup.mac_trash import TRASH

    macs = default_macs()
    folder = macs / TRASH if removed else macs
    with _sentences():
        values = read_settings(settings_file()).values
        current = current_mac(macs, values)
    is_built_in = current is None and values.get("emulator", BUILT_IN) == BUILT_IN
    rows = [] if removed else [(BUILT_IN, "Moof’s own", "next" if is_built_in else "", "")]
    rows += [
        (
            each.name,
            EMULATOR_KINDS[each.emulator].title,
            "next" if each.name == current and not removed else "",
            str(folder / each.name),
        )
        for each in macs_in(folder)
    ]
    for line in text_table(("NAME", "EMULATOR", "START", "FOLDER"), rows):
        typer.echo(line)


def start_mac(
    name: MacName,
    options: Annotated[
        list[str] | None, typer.Argument(help="Options of moof run.", metavar="[OPTION…]")
    ] = None,
) -> None:
    """Start Moof with this Mac; mac is Moof's own. moof.toml names it from then on.

    The page of a Moof that runs already starts another Mac, too: Settings, The Mac.
    """
    from moof.setup.mac_folders import default_macs
    from moof.setup.mac_shelf import built_in_settings, find_mac

    _check_options(options or ())
    with _sentences():
        mac = built_in_settings() if name == BUILT_IN else find_mac(default_macs(), name).settings
        _write(mac)
    os.execv(sys.executable, [sys.executable, "-m", "moof", "run", *(options or ())])


def _check_options(options: Sequence[str]) -> None:
    """Exit with a sentence if moof run does not take these options, before moof.toml is written."""
    from moof.cli.commands import command_line

    run = typer.main.get_group(command_line("run")).commands["run"]
    run.make_context("moof run", [*options])


def duplicate(
    name: MacName,
    copy: Annotated[str, typer.Argument(metavar="[COPY]", help="Name of the copy.")] = "",
) -> None:
    """Copy a Mac with its disks, under another name. It must not run."""
    from moof.setup.mac_copy import duplicate_mac
    from moof.setup.mac_folders import default_macs

    with _sentences():
        made = duplicate_mac(default_macs(), name, copy)
    typer.echo(f"{made} is a copy of {name}. Start it: moof start {made}")


def remove(name: MacName) -> None:
    """Remove a Mac, which must not run.

    Its folder is kept until you delete it: moof restore brings it back.
    """
    from moof.setup.mac_folders import default_macs
    from moof.setup.mac_shelf import built_in_settings, current_mac
    from moof.setup.mac_trash import TRASH, trash_mac

    macs = default_macs()
    with _sentences():
        is_current = current_mac(macs, read_settings(settings_file()).values) == name
        kept = trash_mac(macs, name)
        if is_current:
            _write(built_in_settings())
    terminal.print(f"Its folder is kept: {macs / TRASH / kept}", soft_wrap=True, markup=False)
    typer.echo(f"{name} is removed. Bring it back: moof restore {kept}")


def restore(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As moof list --removed shows it.")],
) -> None:
    """Bring back a Mac that was removed."""
    from moof.setup.mac_folders import default_macs
    from moof.setup.mac_trash import restore_mac

    with _sentences("moof list --removed"):
        back = restore_mac(default_macs(), name)
    typer.echo(f"{back} is back. Start it: moof start {back}")


@contextlib.contextmanager
def _sentences(shown_by: str = "moof list") -> Iterator[None]:
    """Exit with a sentence about what is wrong; `shown_by` is the command that shows which Macs there are."""
    from moof.setup.answers import AnswerError
    from moof.setup.mac_folders import SetupError
    from moof.setup.mac_shelf import MacRunsError, NoSuchMacError, OwnMacError

    try:
        yield
    except OwnMacError as error:
        fail(str(error))
    except NoSuchMacError as error:
        fail(f"{error} {shown_by} shows those that there are.")
    except (AnswerError, MacRunsError, SetupError, SettingsError) as error:
        fail(str(error))


def _write(settings: Mapping[str, object]) -> None:
    from moof.server.config.remote_config import write_start_values
    from moof.setup.mac_folders import default_macs

    write_start_values(settings_file(), default_macs(), settings)

"""`moof run` and `moof serve`: the server, with an emulator that it starts or a running one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

import moof
from moof.cli.announcements import announce_to_hub, announcement
from moof.cli.forkflags import ForkFlags
from moof.cli.macflags import MacFlags, Verbose
from moof.cli.option_groups import option, takes
from moof.cli.serverflags import ServerFlags
from moof.cli.shared_folder import is_extfs, shared_folder
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail, set_up_logging, terminal
from moof.server.config.settings import BUILT_IN, FILE_VARIABLE, exposed_settings, settings_file

if TYPE_CHECKING:
    from moof.cli.bridge import BridgeCommand
    from moof.preference_rules import PreferenceRule
    from moof.server.config.emulator_settings import EmulatorSettings
    from moof.server.config.hub_environment import HubEnvironment
    from moof.server.config.options import LibraryPaths, ServerError, ServerOptions

LOG: Final = logging.getLogger(__name__)

COMPILE: Final = (
    "import moof.media.warmup as w, moof.ipc.busguard as b; b.handler_code(); w.report_compiling()"
)
"""A program that compiles all machine code and prints which."""


@takes(flags=ServerFlags, sound=SoundFlags, mac=MacFlags, forks=ForkFlags)
def run(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags,
    forks: ForkFlags,
    arguments: Annotated[
        list[str] | None, typer.Argument(help="More arguments for an emulator of the bridge, after --")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Start the built-in Mac and the server, and print the page's address. Ctrl-C ends both.

    With --target-pid, serve that running emulator instead of starting one. Every option can also be set in
    moof.toml (http_port = 8080) or in the environment (MOOF_HTTP_PORT=8080).
    """
    run_server(flags, sound, mac if flags.target_pid is None else None, verbose, arguments or (), forks=forks)


@takes(flags=ServerFlags, sound=SoundFlags, mac=MacFlags)
def serve(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags,
    auto_start: Annotated[bool, option("Start --emulator when no emulator is running.")] = False,
    verbose: Verbose = False,
) -> None:
    """Serve a running emulator: --target-pid, else the newest of this user."""
    from moof.ipc import find_emulators

    starts_one = auto_start and flags.target_pid is None and not find_emulators()
    run_server(flags, sound, mac if starts_one else None, verbose)


def run_server(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags | None,
    verbose: bool,
    arguments: Sequence[str] = (),
    hub: HubEnvironment | None = None,
    forks: ForkFlags | None = None,
) -> None:
    """Serve until stopped; with `mac`, start an emulator: the built-in Mac or the one chosen instead of it.

    `arguments` are additional arguments of an emulator of the bridge, `hub` is what JupyterHub says.
    """

    def options() -> ServerOptions:
        made = server_options(flags, sound, mac, verbose, arguments, forks)
        return made if hub is None else replace(made.behind_hub(hub), on_listening=announce_to_hub)

    serve_until_stopped(flags, verbose, options)


def serve_until_stopped(flags: ServerFlags, verbose: bool, options: Callable[[], ServerOptions]) -> None:
    """Serve until stopped. Errors that the user can correct are printed as a sentence."""
    set_up_logging(verbose)
    terminal.print(f"[bold]Moof {moof.__version__}[/bold], a classic Mac in a browser tab")
    if exposed := exposed_settings(settings_file()):
        LOG.warning(
            "Others may read the secrets in %s (%s): chmod 600 it.", settings_file(), ", ".join(exposed)
        )
    compile_kernels()
    from moof.server.config.options import ServerError
    from moof.server.server import run as run_until_stopped

    try:
        run_until_stopped(options())
    except ServerError as error:
        if not (flags.open and "http_port" in error.settings and opened_running(flags.local_page)):
            fail(explain(error))
        return
    terminal.print("Moof has stopped.")


def opened_running(page: str) -> bool:
    """Open the page of a Moof that runs already, and say so; return whether there is one."""
    from moof.cli.page_opener import open_running_page

    opened = open_running_page(page)
    if opened:
        terminal.print(f"Moof is running already: {page}", soft_wrap=True)
    return opened


def explain(error: ServerError) -> str:
    """Return why the server cannot start, with the options that may be given other values."""
    match [f"--{name.replace('_', '-')}" for name in error.settings]:
        case []:
            return str(error)
        case [option_name]:
            return f"{option_name}: {error}"
        case option_names:
            return f"{error} Choose others with {' and '.join(option_names)}."


def server_options(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags | None,
    verbose: bool,
    arguments: Sequence[str] = (),
    forks: ForkFlags | None = None,
) -> ServerOptions:
    """Return the server's options; with `mac` they include the emulator to start."""
    from moof.server.config.idle_rules import IdleRules
    from moof.server.config.options import ServerOptions

    configured = flags.configured_emulator if mac is not None else None
    built_in = mac if flags.emulator == BUILT_IN else None
    shared = shared_folder(flags, mac) if configured is None else None
    own_states = built_in.states_folder if built_in is not None else None
    states = mac.states_of(flags.emulator) if mac is not None and configured is None else None
    options = ServerOptions(
        listen=flags.listen,
        http_port=flags.http_port,
        signaling_port=flags.signaling_port,
        max_viewers=flags.max_viewers,
        library_paths=replace(
            library_paths(flags, configured, bridged=mac is not None),
            documents=built_in.documents_folder if built_in is not None else shared,
            documents_for_guest=shared is not None and is_extfs(flags.emulator),
            states=states,
            transfers_states=built_in is not None,
        ),
        target_pid=flags.target_pid,
        codec=flags.codec,
        enable_stun=flags.enable_stun,
        audio=sound.options,
        typing=flags.typing,
        floor=flags.floor_rules,
        kiosk=flags.kiosk_rules(own_states),
        network=flags.network,
        restart_unresponsive=flags.restart_unresponsive,
        publish=flags.publish_options,
        forks=forks.options(flags, sound, built_in, own_states) if forks is not None else None,
        idle=forks.idle_rules if forks is not None else IdleRules(),
        on_listening=announcement(flags),
    )
    bridged = mac is not None and configured is None
    command = flags.bridge_command(arguments, verbose, shared, states) if bridged else None
    if mac is not None and command is not None:
        return with_bridge(options, flags, mac, verbose, command, arguments)
    if unused := [*(flags.emulator_argument or () if mac is not None else ()), *arguments]:
        fail(f"Only an emulator of the bridge takes arguments ({' '.join(unused)}).")
    if mac is None:
        return options
    if configured:
        return with_configured(options, flags, configured)
    return with_mac(options, flags, mac, verbose)


def library_paths(flags: ServerFlags, configured: EmulatorSettings | None, *, bridged: bool) -> LibraryPaths:
    """Return the files that the API reaches."""
    from moof.server.config.options import LibraryPaths

    prefs, rules = preferences(flags, configured, bridged=bridged)
    limit = int(flags.storage_limit * 1e9)
    return LibraryPaths(flags.disks, flags.roms, prefs, storage_limit=limit, prefs_rules=rules)


def preferences(
    flags: ServerFlags, configured: EmulatorSettings | None, *, bridged: bool
) -> tuple[Path | None, Mapping[str, PreferenceRule]]:
    """Return the emulator's file of preferences, and which of them the API may set."""
    if configured is None and (not bridged or flags.emulator == BUILT_IN):
        return None, {}
    from moof.bridge.errors import BridgeError
    from moof.bridge.recipe_folder import all_recipes, find_recipe

    if configured is not None:
        program = Path(configured.command[0]).name
        known = next((each.prefs for each in all_recipes() if program in each.programs), {})
        return configured.prefs, known if configured.prefs_names is None else configured.prefs_names
    try:
        recipe = find_recipe(flags.emulator)
        return recipe.prefs_file(flags.emulator_file), recipe.prefs
    except BridgeError as error:
        fail(str(error))


def with_configured(options: ServerOptions, flags: ServerFlags, emulator: EmulatorSettings) -> ServerOptions:
    """Return the options with an emulator of moof.toml, in its sandbox."""
    from moof.cli.configured_environment import ConfiguredEnvironment
    from moof.cli.emulator_list import EmulatorList

    if not emulator.sandbox and flags.sandbox_choice.mode == "required":
        fail(f"--sandbox required, but [emulators.{flags.emulator}] has sandbox = false.")
    environment = ConfiguredEnvironment(flags.emulator, emulator, flags.sandbox_choice)
    return replace(
        options,
        emulator_command=[*emulator.command],
        emulator_environment=environment,
        emulator_offline=environment.offline,
        installed_emulators=EmulatorList(flags, settings_file(), at_restart=False),
    )


def with_bridge(
    options: ServerOptions,
    flags: ServerFlags,
    mac: MacFlags,
    verbose: bool,
    command: BridgeCommand,
    arguments: Sequence[str],
) -> ServerOptions:
    """Return the options with an emulator of the bridge."""
    from moof.cli.later_starts import starting_later

    return replace(
        options,
        emulator_command=command.words,
        emulator_standby=True,
        emulator_offline=command.offline,
        **starting_later(flags, mac, verbose, command, arguments),
    )


def with_mac(options: ServerOptions, flags: ServerFlags, mac: MacFlags, verbose: bool) -> ServerOptions:
    """Return the options with the built-in Mac."""
    from moof.cli.later_starts import starting_later
    from moof.process import ProcessEnvironment

    # The values of moof.toml are in the Mac's command line already.
    without_file = ProcessEnvironment(environment={FILE_VARIABLE: os.devnull})
    command = mac.command(verbose)
    return replace(
        options,
        emulator_command=command,
        emulator_standby=True,
        emulator_environment=without_file,
        emulator_offline=True,
        **starting_later(flags, mac, verbose),
    )


def compile_kernels() -> None:
    """Compile the pixel kernels once, with progress, before two processes need them at the same time.

    A child process does it: the compiler's 100 MB would stay in this one.
    """
    from moof.machine_code import has_cached_code

    if has_cached_code():
        return  # each process loads from there, and compiles what it does not find
    terminal.print("First start: compiling the pixel kernels, which is done once.")
    command = [sys.executable, "-c", COMPILE]
    with (
        terminal.status("") as status,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as compiling,
    ):
        assert compiling.stdout is not None
        for line in compiling.stdout:
            status.update(f"Kernel {line.strip()}")

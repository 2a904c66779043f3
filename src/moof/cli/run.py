"""`moof run` and `moof serve`: the server, with a Mac of its own or somebody else's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import moof
from moof.cli.macflags import MacFlags, Verbose
from moof.cli.option_groups import option, takes
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail, set_up_logging, terminal
from moof.server.config.settings import FILE_VARIABLE

if TYPE_CHECKING:
    from moof.server.config.options import ServerError, ServerOptions


@takes(flags=ServerFlags, sound=SoundFlags, mac=MacFlags)
def run(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags,
    arguments: Annotated[
        list[str] | None, typer.Argument(help="More arguments for an emulator behind the bridge, after --")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Start the built-in Mac and the server, and print the page's address. Ctrl-C ends both.

    With --target-pid, serve that running emulator instead of starting one. Every option may also stand in
    moof.toml (http_port = 8080) or in the environment (MOOF_HTTP_PORT=8080).
    """
    run_server(flags, sound, mac if flags.target_pid is None else None, verbose, arguments or ())


@takes(flags=ServerFlags, sound=SoundFlags, mac=MacFlags)
def serve(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags,
    auto_start: Annotated[bool, option("Start --emulator when no emulator is running.")] = False,
    verbose: Verbose = False,
) -> None:
    """Serve an emulator that somebody else started: --target-pid, else the newest of this user."""
    from moof.ipc import find_emulators

    starts_one = auto_start and flags.target_pid is None and not find_emulators()
    run_server(flags, sound, mac if starts_one else None, verbose)


def run_server(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags | None,
    verbose: bool,
    arguments: Sequence[str] = (),
) -> None:
    """Serve until somebody stops it; with `mac`, start an emulator: that one, or the one chosen instead.

    `arguments` are more of them for one behind the bridge.

    Errors that a person can mend are said in a sentence.
    """
    set_up_logging(verbose)
    terminal.print(f"[bold]Moof {moof.__version__}[/bold], a classic Mac in a browser tab")
    compile_kernels()
    from moof.server.config.options import ServerError
    from moof.server.server import run as run_until_stopped

    try:
        run_until_stopped(server_options(flags, sound, mac, verbose, arguments))
    except ServerError as error:
        fail(explain(error))
    terminal.print("Moof has stopped.")


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
    flags: ServerFlags, sound: SoundFlags, mac: MacFlags | None, verbose: bool, arguments: Sequence[str] = ()
) -> ServerOptions:
    """Return what the server is started with."""
    from moof.process import ProcessEnvironment
    from moof.server.config.options import LibraryPaths, ServerOptions

    foreign = flags.foreign_emulator if mac is not None else None
    bridged = flags.bridged(arguments, verbose) if mac is not None and foreign is None else None
    if arguments and bridged is None:
        fail(f"Only an emulator behind the bridge takes arguments ({' '.join(arguments)}).")
    options = ServerOptions(
        listen=flags.listen,
        http_port=flags.http_port,
        signaling_port=flags.signaling_port,
        max_viewers=flags.max_viewers,
        library_paths=LibraryPaths(flags.disks, flags.roms, foreign.prefs if foreign else None),
        target_pid=flags.target_pid,
        codec=flags.codec,
        enable_stun=flags.enable_stun,
        audio=sound.options,
        network=flags.network,
        on_listening=announce_page,
    )
    if mac is None:
        return options
    if foreign is not None:
        environment = ProcessEnvironment(foreign.folder, foreign.environment)
        return replace(options, emulator_command=[*foreign.command], emulator_environment=environment)
    if bridged is not None:
        return replace(options, emulator_command=bridged, emulator_standby=True)
    # What moof.toml says of the Mac is in its command line already.
    without_file = ProcessEnvironment(environment={FILE_VARIABLE: os.devnull})
    command = mac.command(verbose)
    return replace(
        options, emulator_command=command, emulator_standby=True, emulator_environment=without_file
    )


def compile_kernels() -> None:
    """Compile the pixel kernels once, with progress, before two processes want them at the same time."""
    kept = os.environ.get("NUMBA_CACHE_DIR") or Path(moof.__file__).parent / "media" / "__pycache__"
    if any(Path(kept).rglob("*.nbi")):
        return  # numba's index of what it compiled: each process loads it by itself
    terminal.print("First start: compiling the pixel kernels, which is done once.")
    from moof.media.warmup import kernels

    calls = list(kernels())
    with terminal.status("") as status:
        for number, (name, make_ready) in enumerate(calls, start=1):
            status.update(f"Kernel {number} of {len(calls)}: {name}")
            make_ready()


def announce_page(url: str) -> None:
    """Say where the page is; on a line of its own, so that scripts can read it, too.

    Where a token is needed it is part of the address, once: the page keeps it in a cookie.
    """
    typer.echo(f"Open {url}")
    terminal.print("Ctrl-C ends it.", style="dim")

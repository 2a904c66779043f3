"""`moof emulator`: the built-in Mac alone, for any server that speaks the contract."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from moof.cli.macflags import MacFlags, Verbose
from moof.cli.option_groups import option, takes
from moof.cli.terminal import fail, set_up_logging


@takes(flags=MacFlags)
def emulator(
    flags: MacFlags,
    audio: Annotated[
        str,
        option("Who plays: contract (the server pulls), or sdl (a sound card here; the extra sdl)."),
    ] = "contract",
    standby: Annotated[
        bool,
        typer.Option("--standby", hidden=True, help="Load everything, then fork when stdin says so."),
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Run the built-in Mac alone behind the contract IPC v4, for any server that speaks it.

    Prints one line when a server can connect: ready pid=… shm=… socket=…
    Ends with status 75 when it asks to be started again.
    """
    set_up_logging(verbose)
    from moof.mac import machine
    from moof.mac.errors import MacError
    from moof.process import serve_forks

    try:
        output = machine.AudioOutput(audio)
    except ValueError:
        fail(f"--audio {audio}: the Mac plays through contract or sdl.")
    if standby:
        machine.prepare()
        serve_forks()

    width, height = flags.width_height or (None, None)
    options = machine.MacOptions(
        rom=flags.rom,
        ram_mb=flags.ram,
        xpram=flags.xpram,
        memory_file=flags.memory_file,
        width=width,
        height=height,
        depth=flags.depth,
        audio=output,
        on_ready=announce_emulator,
    )
    try:
        status = machine.run(options)
    except MacError as error:
        fail(str(error))
    raise typer.Exit(status)


def announce_emulator(ready_line: str) -> None:
    """Print the line that tells a server how to connect (`ready pid=… shm=… socket=…`)."""
    typer.echo(ready_line)
    sys.stdout.flush()

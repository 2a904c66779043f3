"""`moof emulator`: the built-in Mac alone, for any server of IPC v4; and what all emulator commands share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer

from moof.cli.macflags import MacFlags, Verbose
from moof.cli.option_groups import option, takes
from moof.cli.terminal import fail, set_up_logging

Standby = Annotated[
    bool, typer.Option("--standby", hidden=True, help="Load everything, then fork on request (stdin).")
]


@takes(flags=MacFlags)
def emulator(
    flags: MacFlags,
    audio: Annotated[
        str,
        option("Audio output: contract (the server requests it), or sdl (a local sound card; extra sdl)."),
    ] = "contract",
    standby: Standby = False,
    verbose: Verbose = False,
) -> None:
    """Run the built-in Mac alone, for any server that uses the contract IPC v4.

    Prints one line when a server can connect: ready pid=… shm=… socket=…
    Ends with status 75 when it asks to be started again.
    """
    set_up_logging(verbose)
    from moof.mac import machine
    from moof.mac.errors import MacError

    try:
        output = machine.AudioOutput(audio)
    except ValueError:
        fail(f"--audio {audio}: the output is contract or sdl.")
    width, height = flags.width_height or (None, None)
    options = machine.MacOptions(
        rom=flags.rom,
        ram_mb=flags.ram,
        xpram=flags.xpram,
        documents=flags.documents,
        states=flags.states,
        fresh=flags.fresh,
        record=flags.record,
        memory_file=flags.memory_file,
        width=width,
        height=height,
        depth=flags.depth,
        audio=output,
        on_ready=announce_emulator,
    )
    run_emulator(lambda: machine.run(options), machine.prepare, MacError, standby)


def run_emulator(
    run: Callable[[], int], prepare: Callable[[], None], error_class: type[Exception], standby: bool
) -> NoReturn:
    """Run an emulator in this process and exit with its status; with `standby`, in each forked process.

    An `error_class` that `run` raises is printed as a sentence.
    """
    if standby:
        from moof.process import serve_forks

        prepare()
        serve_forks()
    gc.enable()
    try:
        status = run()
    except error_class as error:
        fail(str(error))
    raise typer.Exit(status)


def announce_emulator(ready_line: str) -> None:
    """Print the line that says how to connect (`ready pid=… shm=… socket=…`)."""
    typer.echo(ready_line)
    sys.stdout.flush()

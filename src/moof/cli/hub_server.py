"""`moof hub-server`: the server as JupyterHub starts it for a user."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from moof.cli.macflags import MacFlags, Verbose
from moof.cli.option_groups import takes
from moof.cli.run import run_server
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail
from moof.server.config.hub_environment import HubEnvironment, HubError


@takes(flags=ServerFlags, sound=SoundFlags, mac=MacFlags)
def hub_server(
    flags: ServerFlags,
    sound: SoundFlags,
    mac: MacFlags,
    arguments: Annotated[
        list[str] | None, typer.Argument(help="More arguments for an emulator of the bridge, after --")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Start a Mac for a user of JupyterHub: the command for c.Spawner.cmd.

    The Hub's variables say where to listen, below which path, and who signs in; all other options are those
    of `moof run`. The user and the Hub's administrators own the Mac. Whom they share it with watches it, or
    plays with the scope custom:moof:play.
    """
    try:
        hub = HubEnvironment.read(os.environ)
    except HubError as error:
        fail(str(error))
    if flags.insecure:
        fail("--insecure would let every user of the Hub into this Mac.")
    run_server(flags, sound, mac if flags.target_pid is None else None, verbose, arguments or (), hub)

"""`moof run` and `moof serve`: the server, with a Mac of its own or somebody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import moof
from moof.cli.macflags import Depth, MacFlags, MemoryFile, Ram, Rom, Size, Verbose, Xpram
from moof.cli.terminal import fail, set_up_logging, terminal

HttpPort = Annotated[int, typer.Option("--http-port", min=0, max=65535, help="Port of the page and the API.")]
SignalingPort = Annotated[
    int,
    typer.Option("--signaling-port", min=0, max=65535, help="Another port for signalling alone."),
]
TargetPid = Annotated[
    int | None, typer.Option("--target-pid", min=1, help="Attach to this running emulator; start none.")
]
CodecName = Annotated[
    str,
    typer.Option("--codec", help="Codec of new viewers: h264, or png (lossless)."),
]
Stun = Annotated[
    bool, typer.Option("--enable-stun", help="Ask a public STUN server for our address (viewers elsewhere).")
]


def run(
    http_port: HttpPort = 8080,
    signaling_port: SignalingPort = 8090,
    target_pid: TargetPid = None,
    codec: CodecName = "h264",
    enable_stun: Stun = False,
    rom: Rom = None,
    ram: Ram = 8,
    size: Size = None,
    depth: Depth = None,
    xpram: Xpram = None,
    memory_file: MemoryFile = None,
    verbose: Verbose = False,
) -> None:
    """Start the built-in Mac and the server, and print the page's address. Ctrl-C ends both.

    With --target-pid, serve that running emulator instead of starting one.
    """
    mac = MacFlags(rom, ram, size, depth, xpram, memory_file)
    command = mac.command(verbose) if target_pid is None else None
    run_server(http_port, signaling_port, target_pid, codec, enable_stun, command, verbose)


def serve(
    http_port: HttpPort = 8080,
    signaling_port: SignalingPort = 8090,
    target_pid: TargetPid = None,
    codec: CodecName = "h264",
    enable_stun: Stun = False,
    auto_start: Annotated[
        bool, typer.Option("--auto-start", help="Start the built-in Mac when no emulator is running.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Serve an emulator that somebody else started: --target-pid, else the newest of this user."""
    from moof.ipc import find_emulators

    starts_one = auto_start and target_pid is None and not find_emulators()
    command = MacFlags().command(verbose) if starts_one else None
    run_server(http_port, signaling_port, target_pid, codec, enable_stun, command, verbose)


def run_server(
    http_port: int,
    signaling_port: int,
    target_pid: int | None,
    codec: str,
    enable_stun: bool,
    emulator_command: list[str] | None,
    verbose: bool,
) -> None:
    """Serve until somebody stops it. Errors that a person can mend are said in a sentence."""
    set_up_logging(verbose)
    terminal.print(f"[bold]Moof {moof.__version__}[/bold], a classic Mac in a browser tab")
    compile_kernels()
    from moof.server.server import ServerError, ServerOptions
    from moof.server.server import run as run_until_stopped

    options = ServerOptions(
        http_port=http_port,
        signaling_port=signaling_port,
        target_pid=target_pid,
        codec=codec,
        enable_stun=enable_stun,
        emulator_command=emulator_command,
        emulator_standby=True,
        on_listening=announce_page,
    )
    try:
        run_until_stopped(options)
    except ServerError as error:
        fail(str(error))
    terminal.print("Moof has stopped.")


def compile_kernels() -> None:
    """Compile the pixel kernels once, with progress, before two processes want them at the same time."""
    media = Path(moof.__file__).parent / "media" / "__pycache__"
    if any(media.glob("*.nbi")):
        return  # numba's index of what it compiled: each process loads it by itself
    terminal.print("First start: compiling the pixel kernels, which is done once.")
    from moof.media.warmup import kernels

    calls = list(kernels())
    with terminal.status("") as status:
        for number, (name, make_ready) in enumerate(calls, start=1):
            status.update(f"Kernel {number} of {len(calls)}: {name}")
            make_ready()


def announce_page(url: str) -> None:
    """Say where the page is; on a line of its own, so that scripts can read it, too."""
    typer.echo(f"Open {url}")
    terminal.print("Ctrl-C ends it.", style="dim")

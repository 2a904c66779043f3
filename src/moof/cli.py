"""The commands: `moof run`, `moof serve`, `moof emulator`.

This is the only module that knows all rooms of the house. Heavy imports happen inside the commands, so that
`--help` answers at once.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler

import moof

app = typer.Typer(
    name="moof",
    help="A classic Mac in a browser tab. Start with: moof run",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
terminal = Console(stderr=True, highlight=False)

SCREEN_SIZES = ("512x342", "640x480", "832x624", "1024x768", "1152x870", "1920x1080")
DEPTHS = (1, 2, 4, 8, 16, 32)

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
Rom = Annotated[
    Path | None, typer.Option("--rom", help="A ROM built for this machine (docs/guest.md), not Moof's own.")
]
Ram = Annotated[int, typer.Option("--ram", min=1, max=64, help="RAM of the Mac in MB.")]
Size = Annotated[
    str | None,
    typer.Option("--size", help=f"Screen at start, one of {', '.join(SCREEN_SIZES)}."),
]
Depth = Annotated[
    int | None,
    typer.Option("--depth", help="Bits per pixel at start: 1, 2, 4, 8, 16 or 32."),
]
Xpram = Annotated[
    str | None, typer.Option("--xpram", help="File that keeps the Mac's settings; 'none' keeps nothing.")
]
MemoryFile = Annotated[
    Path | None, typer.Option("--memory-file", help="Map guest memory to this file, for debuggers and tests.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")]


@dataclass(frozen=True, slots=True)
class MacFlags:
    """The options of the built-in Mac, checked, as `run` hands them on and `emulator` uses them."""

    rom: Path | None = None
    ram: int = 8
    size: str | None = None
    depth: int | None = None
    xpram: str | None = None
    memory_file: Path | None = None

    def __post_init__(self) -> None:
        if self.size is not None and self.size not in SCREEN_SIZES:
            fail(f"--size {self.size}: the Mac has {', '.join(SCREEN_SIZES)}.")
        if self.depth is not None and self.depth not in DEPTHS:
            fail(f"--depth {self.depth}: the Mac has 1, 2, 4, 8, 16 and 32 bits per pixel.")
        if self.rom is not None and not self.rom.is_file():
            fail(f"--rom {self.rom}: there is no such file. Leave --rom away to start Moof's own ROM.")

    @property
    def width_height(self) -> tuple[int, int] | None:
        """The size as numbers, in pixels."""
        if self.size is None:
            return None
        width, height = self.size.split("x")
        return int(width), int(height)

    def command(self, verbose: bool) -> list[str]:
        """The command line that starts the built-in Mac as a process of its own."""
        words = [sys.executable, "-m", "moof", "emulator", "--ram", str(self.ram)]
        for flag in ("rom", "size", "depth", "xpram", "memory_file"):
            value = getattr(self, flag)
            if value is not None:
                words += [f"--{flag.replace('_', '-')}", str(value)]
        return [*words, "--verbose"] if verbose else words


@app.callback(invoke_without_command=True)
def moof_command(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Without a command, say what there is."""
    if version:
        typer.echo(f"moof {moof.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit


@app.command()
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


@app.command()
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


@app.command()
def emulator(
    rom: Rom = None,
    ram: Ram = 8,
    size: Size = None,
    depth: Depth = None,
    xpram: Xpram = None,
    memory_file: MemoryFile = None,
    standby: Annotated[
        bool, typer.Option("--standby", hidden=True, help="Load everything, then wait for the end of stdin.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Run the built-in Mac alone behind the contract IPC v4, for any server that speaks it.

    Prints one line when a server can connect: ready pid=… shm=… socket=…
    Ends with status 75 when it asks to be started again.
    """
    set_up_logging(verbose)
    flags = MacFlags(rom, ram, size, depth, xpram, memory_file)
    from moof.mac import machine
    from moof.mac.errors import MacError

    if standby:
        machine.prepare()
        wait_for_end_of_input()

    width, height = flags.width_height or (None, None)
    options = machine.MacOptions(
        rom=flags.rom,
        ram_mb=flags.ram,
        xpram=flags.xpram,
        memory_file=flags.memory_file,
        width=width,
        height=height,
        depth=flags.depth,
        on_ready=announce_emulator,
    )
    try:
        status = machine.run(options)
    except MacError as error:
        fail(str(error))
    raise typer.Exit(status)


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


def wait_for_end_of_input() -> None:
    """Return when whoever started us closes our standard input: then the Mac is wanted."""
    while sys.stdin.buffer.read(4096):
        pass


def announce_page(url: str) -> None:
    """Say where the page is; on a line of its own, so that scripts can read it, too."""
    typer.echo(f"Open {url}")
    terminal.print("Ctrl-C ends it.", style="dim")


def announce_emulator(ready_line: str) -> None:
    """Print the line that tells a server how to connect (`ready pid=… shm=… socket=…`)."""
    typer.echo(ready_line)
    sys.stdout.flush()


def set_up_logging(verbose: bool) -> None:
    """Log to the terminal: warnings, or everything of ours with --verbose."""
    handler = RichHandler(console=terminal, show_path=False, markup=False)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", handlers=[handler], force=True)
    logging.getLogger("moof").setLevel(logging.DEBUG if verbose else logging.INFO)


def fail(sentence: str) -> NoReturn:
    """End with status 2 and a sentence that says what to do."""
    terminal.print(f"[bold red]moof:[/bold red] {sentence}")
    raise typer.Exit(2)


def main() -> None:
    """Entry point of the `moof` command and of `python -m moof`."""
    app(prog_name="moof")

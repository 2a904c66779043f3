"""What puts an X program into a tab: Moof, noVNC on TigerVNC's Xvnc, Selkies; their processes and pages."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.testbed import served
from support.processes import OutputProcess, descendants, started
from support.waiting import wait_until

NOVNC: Path = Path("/usr/share/novnc")
LOCALHOST = "127.0.0.1"
WIDTH, HEIGHT = 1024, 768
START_SECONDS = 40.0


@dataclass(frozen=True)
class Running:
    """A rival that serves the program.

    Attributes:
        url: of its page.
        roots: pids of processes that count, with all their descendants.
        program: the command line of the program under X, which does not count.
    """

    url: str
    roots: Sequence[int]
    program: Sequence[str]

    def pids(self) -> set[int]:
        """Return the processes whose CPU counts."""
        found = set(self.roots)
        for root in self.roots:
            found |= set(descendants(root))
        return {pid for pid in found if not self._is_program(pid)}

    def _is_program(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            return words[: len(self.program)] == list(self.program)
        return True  # it has ended


class Rival(Protocol):
    """One way to show a program in a tab."""

    name: str
    viewport: tuple[int, int] = (1280, 900)
    """Large enough for the picture, too small for a page to enlarge it: without a graphics card the browser
    enlarges slowly, and leaves out frames."""

    def missing(self) -> str:
        """Return what has to be installed, "" if nothing."""

    def running(self, program: Sequence[str]) -> contextlib.AbstractContextManager[Running]:
        """Start it with the program; end both afterwards."""


class Moof(Rival):
    """Moof's bridge and server."""

    def __init__(self, codec: str) -> None:
        self.name, self.codec = f"Moof, bridge, {codec}", codec

    def missing(self) -> str:
        """Return "": it is here."""
        return ""

    @contextlib.contextmanager
    def running(self, program: Sequence[str]) -> Iterator[Running]:
        """Start bridge and server."""
        bridge = [sys.executable, "-m", "moof", "bridge", "--no-sandbox", "--", *program]
        with served(bridge, "--codec", self.codec) as (emulator, server, url):
            yield Running(url, (emulator.pid, server.pid), program)


class NoVnc(Rival):
    """noVNC's page, websockify, TigerVNC's Xvnc."""

    name = "noVNC, Xvnc"

    def missing(self) -> str:
        """Return Debian's packages that are not installed."""
        packages = {
            "tigervnc-standalone-server": shutil.which("Xvnc"),
            "websockify": shutil.which("websockify"),
            "novnc": (NOVNC / "vnc_lite.html").exists(),
        }
        names = [name for name, found in packages.items() if not found]
        return f"apt install {' '.join(names)}" if names else ""

    @contextlib.contextmanager
    def running(self, program: Sequence[str]) -> Iterator[Running]:
        """Start X server, bridge to WebSockets, program."""
        rfb, web = free_port(), free_port()
        size = ("-geometry", f"{WIDTH}x{HEIGHT}", "-depth", "24")
        server = (
            "Xvnc",
            "-displayfd",
            "1",
            *size,
            "-SecurityTypes",
            "None",
            "-rfbport",
            str(rfb),
            "-localhost",
        )
        gateway = ("websockify", "--web", str(NOVNC), f"{LOCALHOST}:{web}", f"{LOCALHOST}:{rfb}")
        with started(server, "") as (xvnc, display), process(gateway) as websockify:
            wait_for_port(web)
            with program_on(display, program):
                url = f"http://{LOCALHOST}:{web}/vnc_lite.html"
                yield Running(url, (xvnc.pid, websockify.pid), program)


class Selkies(Rival):
    """Selkies with its defaults over WebSockets or WebRTC, on an Xvfb; with sound if it has a sound card.

    Attributes:
        card: variables of programs that play on the PulseAudio that Selkies captures.
    """

    viewport = (WIDTH, HEIGHT)

    def __init__(self, command: str, mode: str, card: Mapping[str, str] | None = None) -> None:
        self.name, self.command, self.mode = f"Selkies, {mode}", command, mode
        self.card = card or {}

    def missing(self) -> str:
        """Return how to install it."""
        found = shutil.which(self.command)
        return "" if found else "pip install selkies in an environment of its own, --selkies PATH/bin/selkies"

    @contextlib.contextmanager
    def running(self, program: Sequence[str]) -> Iterator[Running]:
        """Start X server, Selkies, program."""
        port = free_port()
        display_server = ("Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24")
        off = ["enable-https", "enable-basic-auth", "gamepad-enabled", "enable-resize"]
        off += [] if self.card else ["audio-enabled"]
        options = [word for name in off for word in (f"--{name}", "false")]
        command = [self.command, "--addr", LOCALHOST, "--port", str(port), "--mode", self.mode, *options]
        with (
            started(display_server, "") as (xvfb, number),
            program_on(number, program, self.card),
            process(command, {"DISPLAY": f":{number}", **self.card}) as selkies,
        ):
            wait_for_port(port)
            yield Running(f"http://{LOCALHOST}:{port}/", (xvfb.pid, selkies.pid), program)


def rivals(selkies: str) -> list[Rival]:
    """Return all of them; `selkies` is the command's path or name."""
    return [Moof("h264"), Moof("png"), NoVnc(), Selkies(selkies, "websockets"), Selkies(selkies, "webrtc")]


def versions(selkies: str) -> str:
    """Return ", TigerVNC …, Selkies …", those that are installed."""
    found = ""
    if shutil.which("Xvnc"):
        output = subprocess.run(["Xvnc", "-version"], capture_output=True, text=True, check=False)
        words = (output.stdout + output.stderr).partition("TigerVNC")[2].split()
        found += f", TigerVNC {words[0]}" if words else ""
    if command := shutil.which(selkies):
        folder = Path(command).resolve().parents[1]
        for package in folder.glob("lib/python*/site-packages/selkies-*.dist-info"):
            found += f", Selkies {package.name.removesuffix('.dist-info').partition('-')[2]}"
    return found


def free_port() -> int:
    """Return a TCP port of this machine that is free now."""
    with socket.create_server((LOCALHOST, 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return when somebody listens there."""

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((LOCALHOST, port), 1):
            return True
        return False

    wait_until(answers, f"a server on port {port}", START_SECONDS)


@contextlib.contextmanager
def process(command: Sequence[str], environment: dict[str, str] | None = None) -> Iterator[OutputProcess]:
    """Run a program, whose messages nobody reads, and end it afterwards."""
    child = OutputProcess(["sh", "-c", 'exec "$@" 2>/dev/null', "sh", *command], environment)
    try:
        yield child
    finally:
        child.stop()


def program_on(
    display: str, program: Sequence[str], card: Mapping[str, str] | None = None
) -> contextlib.AbstractContextManager[OutputProcess]:
    """Run the program on an X display; `card` has the variables of the PulseAudio it plays on, if any."""
    sound = {"SDL_AUDIODRIVER": "pulseaudio", **card} if card else {"SDL_AUDIODRIVER": "dummy"}
    return process(program, {"DISPLAY": f":{display}", "SDL_VIDEODRIVER": "x11", **sound})

"""`moof run` or `moof serve` as a process, started and ended as a user does."""

from __future__ import annotations

import json
import signal
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from support.guest_memory import GuestMemory, map_guest_memory
from support.processes import STOP_SECONDS, OutputProcess
from support.waiting import wait_until

FREE_PORTS = ("--http-port", "0", "--signaling-port", "0")


def moof_command(command: str, *options: str) -> list[str]:
    """Return the command line of a Moof that serves on free ports of this machine.

    With an emulator that it has not started, everybody would need a token: a test's processes need none.
    """
    attaches = command == "serve" or "--target-pid" in options
    access = ("--insecure",) if attaches else ()
    return [sys.executable, "-m", "moof", command, *FREE_PORTS, *access, *options]


def emulator_command(*options: str) -> list[str]:
    """Return the command line of a built-in Mac without a server, which keeps nothing."""
    return [sys.executable, "-m", "moof", "emulator", "--xpram", "none", "--documents", "none", *options]


def page_address(line: str) -> str:
    """Return the page's URL, without slash and token, from the line "Open URL" of Moof's output.

    A test's processes belong to the user who started Moof, and need no token (see `moof_command`).
    """
    return line.split()[1].partition("?")[0].rstrip("/")


def get_json(url: str, seconds: float = 30.0) -> Any:
    """GET a URL and return the parsed JSON."""
    with urllib.request.urlopen(url, timeout=seconds) as answer:
        return json.load(answer)


class MoofProcess(OutputProcess):
    """`moof run` with a Mac of its own, or `moof serve`, and its HTTP API.

    Attributes:
        url: the page's address, known once the process has printed it.
        owner_url: the printed address itself, with its token.
        memory_file: where the built-in Mac maps its guest memory.
    """

    def __init__(
        self, command: Sequence[str], memory_file: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start `command` and wait until it says where the page is; see `start_moof`."""
        super().__init__(command, environment)
        self.memory_file = memory_file
        try:
            line = self.wait_for_line("Open ")
            self.url, self.owner_url = page_address(line), line.split()[1]
        except BaseException:
            self.stop()
            raise

    def status(self) -> dict[str, Any]:
        """Return GET /api/status."""
        return dict(get_json(f"{self.url}/api/status"))

    @property
    def emulator_pid(self) -> int:
        """The pid of the connected emulator, 0 without one."""
        return int(self.status()["emulator"]["pid"] or 0)

    @property
    def viewers(self) -> int:
        """The number of viewers that the server counts."""
        return len(self.status()["viewers"])

    def post(self, path: str, body: dict[str, Any] | None = None) -> int:
        """POST JSON and return the HTTP status."""
        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)

    def save_state(self, name: str) -> None:
        """Save a state of the built-in Mac, once the emulator has told the server that it saves states."""

        def is_saved() -> bool:
            try:
                return self.post("/api/states", {"action": "save", "name": name}) == 204
            except HTTPError:
                return False

        wait_until(is_saved, f"the state {name}")

    def memory(self) -> GuestMemory:
        """Map the memory of the Mac that runs now, or is about to, once its desktop is there."""
        return map_guest_memory(self.memory_file)


def start_moof(
    folder: Path,
    *options: str,
    command: str = "run",
    environment: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
) -> MoofProcess:
    """Start `moof run` (or another command) on free ports and wait until it says where the page is.

    Args:
        folder: where XPRAM and the memory file are kept.
        options: further command-line options.
        command: the name of Moof's command.
        environment: variables in addition to this process's own.
        wrapper: a command line that replaces itself with Moof's.
    """
    memory_file = folder / "guest-memory"
    files = ["--xpram", str(folder / "xpram"), "--memory-file", str(memory_file)]
    if "--documents" not in options:
        files += ["--documents", "none"]
    words = moof_command(command, *files, *options)
    return MoofProcess([*wrapper, *words], memory_file, environment)


def stop_moof(moof: MoofProcess) -> int:
    """End it as Ctrl-C does and return the exit status; kill it and fail when it does not end."""
    return moof.stop(signal.SIGINT, STOP_SECONDS)

"""A viewer in a process of its own, which misbehaves between "begin" and "end"."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parent / "misbehaving_client.py"


class ClientProcess:
    """harness/misbehaving_client.py as a process."""

    def __init__(self, url: str, kind: str) -> None:
        """Connect a viewer of that kind to the server at `url`; end the bench if it cannot connect."""
        self._kind = kind
        command = [sys.executable, str(CLIENT), url, kind]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SystemExit("the other viewer could not connect")

    def begin(self) -> None:
        """Let it misbehave."""
        self._send("begin")

    def end(self) -> None:
        """Let it behave again."""
        if self._kind == "stalls":
            self._process.send_signal(signal.SIGCONT)
        self._send("end")

    def stop(self) -> int:
        """Kill it; return how often it reconnected after it was disconnected."""
        self._process.kill()
        return len(self._process.communicate()[0].splitlines())

    def _send(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

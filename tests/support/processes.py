"""Child processes of tests and benches: their output by lines, their children, their end."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 30.0


class OutputProcess:
    """A child process in a session of its own, whose standard output a thread collects by lines.

    The thread reads on, so that the child never blocks on a full pipe.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start `command` in `folder`; `environment` has variables in addition to this process's own."""
        self.command = list(command)
        self.popen = subprocess.Popen(
            self.command,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._collect, name="child-output", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self.popen.pid

    def wait_for_line(self, prefix: str = "", seconds: float = START_SECONDS) -> str:
        """Return the next line of output that begins with `prefix`, without its line end.

        Raises:
            AssertionError: the process ended, or the time passed, without such a line.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=0.05)
            except queue.Empty:
                ended = self.popen.poll() is not None and not self._reader.is_alive()
                if (ended and self._lines.empty()) or time.monotonic() > deadline:
                    words, status = " ".join(self.command), self.popen.poll()
                    raise AssertionError(f"{words}: no line '{prefix}' (exit status {status})") from None
                continue
            if line.startswith(prefix):
                return line

    def stop(self, number: int = signal.SIGTERM, seconds: float = STOP_SECONDS) -> int:
        """Send the signal to a process that runs, and return the exit status.

        Raises:
            AssertionError: the process did not end in time; its process group has been killed.
        """
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()
            name = signal.Signals(number).name
            raise AssertionError(f"{self.command[:4]} did not end within {seconds:.0f} s of {name}") from None
        finally:
            self._reader.join(30)

    def _collect(self) -> None:
        assert self.popen.stdout is not None
        with self.popen.stdout as output:
            for line in output:
                self._lines.put(line.rstrip("\n"))


@contextlib.contextmanager
def started(
    command: Sequence[str], prefix: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[OutputProcess, str]]:
    """Start a program, wait for its line that begins with `prefix`, and end it with SIGTERM afterwards."""
    child = OutputProcess(command, environment)
    try:
        yield child, child.wait_for_line(prefix)
    finally:
        child.stop()


def child_names(pid: int) -> dict[int, str]:
    """Return the children of a process: their names (proc(5), comm) by pid; empty when it has ended."""
    found = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found[int(child)] = Path(f"/proc/{child}/comm").read_text().strip()
    return found


def descendants(pid: int) -> dict[int, str]:
    """Return the names, by pid, of a process's children, their children, and so on."""
    found = child_names(pid)
    for child in list(found):
        found |= descendants(child)
    return found

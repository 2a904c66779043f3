"""A program in a terminal of its own, as a person uses it: reads what appears, types, and presses Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import Final

from support.waiting import wait_until

_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_END_SECONDS: Final = 30.0


class TerminalSession:
    """A child process on a pseudo terminal, whose output a thread reads."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the command with these variables besides this process's own."""
        self._fd, slave = pty.openpty()
        variables = {**os.environ, "TERM": "xterm", "COLUMNS": "200", **environment}
        self._child = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=variables,
            preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(slave)
        self._output = ""
        self._seen = 0
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """All that has appeared, without colours."""
        return _COLOURS.sub("", self._output).replace("\r\n", "\n")

    def wait_for(self, text: str) -> None:
        """Wait until a text appears that has not been waited for yet."""
        wait_until(lambda: text in self.output[self._seen :], f"{text!r} in the terminal: {self.output!r}")
        self._seen = self.output.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        """Type a line, and Return."""
        os.write(self._fd, text.encode() + b"\n")

    def answer(self, question: str, text: str = "") -> None:
        """Wait for a question and its prompt, then type."""
        self.wait_for(question)
        self.wait_for("> ")
        self.type(text)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self._fd, b"\x03")

    def end(self) -> int:
        """Wait for the end and return the exit status."""
        try:
            status = self._child.wait(_END_SECONDS)
            self._reader.join(_END_SECONDS)
            return status
        finally:
            self._child.kill()
            self._child.wait()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: the child has closed its side
            while data := os.read(self._fd, 4096):
                self._output += data.decode(errors="replace")
        os.close(self._fd)


def _take_terminal() -> None:
    """Make the terminal the controlling one, so that Ctrl-C is a signal."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)

"""A child process on the event loop: a process group of its own, killed with its parent, output by lines."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final, Protocol

from moof.plain_text import plain_text
from moof.process.bound_command import bound_command
from moof.process.planted_links import remove_links_in_the_way, without_planted_links
from moof.process.processgroup import ProcessGroup
from moof.process.sandbox import BWRAP, Sandbox, home_inside
from moof.process.syscall_filter import compiled_filter, filter_descriptor
from moof.process.visible_files import with_program, with_settings

_MAX_LINE: Final = 4096
_SIGNALED: Final = 128
_READ_SIZE: Final = 4096
_PIPE_SIZE: Final = 65536
MAX_LINES_PER_SECOND: Final = 10_000
"""A command that writes more waits, since each line costs its reader time that others need."""


class LineReader:
    """Splits a byte stream into lines of plain text; lines beyond `_MAX_LINE` bytes are cut. Sans-IO."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that `data` completes, without their ends."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) > _MAX_LINE:
            lines.append(self._rest[:_MAX_LINE])
            self._rest = self._rest[_MAX_LINE:]
        return [_text(line) for line in lines]

    def flush(self) -> list[str]:
        """Return the last line if it has no end."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(line: bytes) -> str:
    return plain_text(line.decode("utf-8", "replace").rstrip("\r"))


_INHERITED: Final = {
    *("DISPLAY", "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "PULSE_SERVER", "SHELL", "TERM", "TMPDIR"),
    *("TZ", "USER", "VIRTUAL_ENV", "WAYLAND_DISPLAY", "XAUTHORITY"),
}
_INHERITED_FAMILIES: Final = ("LC_", "XDG_", "PYTHON", "NUMBA_", "LD_LIBRARY_PATH", "SDL_")


class NextCommand(Protocol):
    """Knows a program's command at its next start, which settings may have changed."""

    @property
    def offline(self) -> bool:
        """Whether the last command's program cannot reach the network, this machine's servers included."""

    @property
    def is_first(self) -> bool:
        """Whether the last command's program is the same as that of the first start."""

    def words(self, anew: bool) -> list[str]:
        """Return the program and its arguments. Called on the event loop; raises nothing.

        With `anew`, somebody has asked for this start: the program begins again, and does not go on.
        """


class EnvironmentSource(Protocol):
    """Knows a command's surroundings at each of its starts: files may have come since the last one."""

    def at_start(self) -> "ProcessEnvironment":
        """Return them for a start that comes now. May look at files; raises nothing."""


@dataclass(frozen=True, slots=True)
class ProcessEnvironment(EnvironmentSource):
    """A command's working directory (None: the parent's), variables besides the usual ones, its sandbox."""

    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    sandbox: Sandbox | None = None

    def at_start(self) -> "ProcessEnvironment":
        """Return this: it is always the same."""
        return self

    def variables(self) -> dict[str, str]:
        """Return the environment, without variables that may be secret, such as MOOF_… or a cloud's keys."""
        common = {
            name: value
            for name, value in os.environ.items()
            if name in _INHERITED or name.startswith(_INHERITED_FAMILIES)
        }
        return {**common, **self.environment}


DEFAULT_ENVIRONMENT: Final = ProcessEnvironment()


class ChildProcess(ProcessGroup):
    """A running command. All methods belong to the event loop.

    Its pidfd becomes readable when it ends, so that no thread needs to block in waitpid.
    """

    running_pids: ClassVar[set[int]] = set()
    """The processes that are not reaped yet, all of which are this process's children."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        environment: ProcessEnvironment = DEFAULT_ENVIRONMENT,
        *,
        stdin: int = subprocess.DEVNULL,
        when_orphaned: signal.Signals = signal.SIGTERM,
        max_lines_per_second: int = MAX_LINES_PER_SECOND,
    ) -> None:
        """Start the command; `stdin` is a descriptor that becomes its standard input.

        `when_orphaned` is the signal it gets when its parent ends. While it writes more than
        `max_lines_per_second`, it has to wait. Raises OSError for a folder that cannot be entered.
        """
        super().__init__()
        variables = environment.variables()
        self._sandbox = environment.sandbox
        with _sandboxed(command, environment) as (words, descriptors):
            self._process = subprocess.Popen(
                bound_command(words, when_orphaned, variables),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=environment.folder,
                env=variables,
                pass_fds=descriptors,
            )
        self.running_pids.add(self._process.pid)
        self._on_line = on_line
        self._lines = LineReader()
        self._line_seconds = 1.0 / max_lines_per_second
        self._next_reading: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._watch()

    @property
    def pid(self) -> int:
        """The command's process id."""
        return self._process.pid

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process group; in a sandbox SIGTERM reaches the program, and not bubblewrap.

        Bubblewrap would end at once, and the program with it, before that had saved anything.
        """
        if self._sandbox is None or number is not signal.SIGTERM:
            super().signal_group(number)
            return
        for pid in list(_descendants(self.pid)):
            with contextlib.suppress(OSError):
                if (Path(f"/proc/{pid}/comm")).read_text().strip() != BWRAP:
                    os.kill(pid, number)

    def _watch(self) -> None:
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._loop.add_reader(self._output, self._output_readable)
        self._pidfd = os.pidfd_open(self.pid)
        self._loop.add_reader(self._pidfd, self._reap)

    def read_output(self) -> None:
        """Pass on what the command has written so far; the event loop does it, too, but later."""
        for _ in range(_PIPE_SIZE // _READ_SIZE):
            if not (self.running and self._read()):
                return

    def _read(self) -> bytes:
        """Read once and pass on the lines; return what was read, which is empty if there is nothing."""
        try:
            data = os.read(self._output, _READ_SIZE)
        except BlockingIOError:
            return b""
        for line in self._lines.feed(data):
            self._on_line(line)
        if not data:
            self._loop.remove_reader(self._output)
        return data

    def _output_readable(self) -> None:
        data = self._read()
        if len(data) == _READ_SIZE:  # it is likely to write without end
            self._loop.remove_reader(self._output)
            seconds = (1 + data.count(b"\n")) * self._line_seconds
            self._next_reading = self._loop.call_later(seconds, self._read_on)

    def _read_on(self) -> None:
        self._loop.add_reader(self._output, self._output_readable)

    def _reap(self) -> None:
        if self._next_reading is not None:
            self._next_reading.cancel()
        self.read_output()  # what it wrote last
        for line in self._lines.flush():
            self._on_line(line)
        self._loop.remove_reader(self._output)
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        status = self._process.wait()
        self.running_pids.discard(self._process.pid)
        if self._sandbox is not None and status > _SIGNALED:
            status = _SIGNALED - status  # bubblewrap reports it as shells do
        assert self._process.stdout is not None
        self._process.stdout.close()  # a grandchild may still have the other end open
        self._ended(status)


@contextlib.contextmanager
def _sandboxed(
    command: Sequence[str], environment: ProcessEnvironment
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Yield the words that run a command, in its sandbox if it has one, and the descriptors it inherits."""
    sandbox = environment.sandbox
    if sandbox is None:
        yield [*command], ()
        return
    variables = environment.variables()
    folder, home = (environment.folder or Path()).absolute(), home_inside(variables)
    sandbox = with_program(with_settings(sandbox, folder, home), command[0], folder, variables.get("PATH"))
    sandbox = without_planted_links(sandbox)
    remove_links_in_the_way(sandbox, home)
    sandbox.make_folders()
    runtime = Path(variables["XDG_RUNTIME_DIR"]) if variables.get("XDG_RUNTIME_DIR") else None
    program = compiled_filter()
    descriptors = (filter_descriptor(program),) if program is not None else ()
    try:
        bwrap = sandbox.arguments(folder, home, runtime, *descriptors)
        yield [*bwrap, *command], descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _descendants(pid: int) -> Iterator[int]:
    """Yield the children of a process, their children, and so on, as far as they still run."""
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield int(child)
            yield from _descendants(int(child))

"""The states of the bridge's program: its control socket, the folder it writes, the server's requests."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from moof.bridge.bridge_options import BridgeOptions
from moof.bridge.control_socket import ControlSocket
from moof.bridge.hatari_states import HatariStates
from moof.bridge.private_directory import private_directory
from moof.bridge.program import OutputListener
from moof.bridge.program_answers import ProgramAnswers
from moof.bridge.program_states import ControlProtocol, ProgramStates
from moof.bridge.qemu_states import QemuStates
from moof.bridge.qmp_client import QmpClient
from moof.bridge.state_requests import RunningProgram, StateRequestHandler
from moof.extension import ExtensionEnd, StateRequest, state_result
from moof.states.state_shelf import StateShelf

LOG: Final = logging.getLogger(__name__)

_WORK: Final = "work"


@contextmanager
def work_folder(options: BridgeOptions) -> Iterator[Path | None]:
    """Yield a new folder in which the program writes its states, removed afterwards; None without states."""
    if options.control is None or options.states is None:
        yield None
        return
    folder = options.states / _WORK
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        LOG.warning("No states are saved: %s cannot be created: %s", folder, error.strerror)
        yield None
        return
    with private_directory(folder) as path:
        yield path


class StateControl(OutputListener):
    """Serves the requests of the extension socket. All methods belong to the event loop."""

    def __init__(
        self, options: BridgeOptions, directory: Path, work: Path | None, extension: ExtensionEnd
    ) -> None:
        """Use `directory`, the bridge's own, for the socket, and `work` (work_folder) for the states."""
        self._options = options
        self._extension = extension
        self._work = work
        self._socket = ControlSocket(directory) if options.control is not None else None
        self._requests: StateRequestHandler | None = None
        self._answers: ProgramAnswers | None = None
        self._output: OutputListener | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, program: RunningProgram, answers: ProgramAnswers) -> None:
        """Listen for the program, which is started afterwards, and which need not answer while it saves."""
        control, folder = self._options.control, self._options.states
        if self._socket is None or control is None:
            return
        await self._socket.start()
        if self._work is not None and folder is not None:
            states = self._program_states(control, self._socket)
            self._requests = StateRequestHandler(StateShelf(folder), self._work, states, program)
            self._answers = answers

    def stop(self) -> None:
        """Answer no more requests."""
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            self._socket.stop()

    @property
    def address(self) -> str:
        """The socket's path, for the program's command; "" without one."""
        return str(self._socket.path) if self._socket is not None else ""

    @property
    def sockets(self) -> tuple[Path, ...]:
        """What the program needs to see."""
        return (self._socket.path,) if self._socket is not None else ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """What the program needs to write."""
        return (self._work,) if self._work is not None else ()

    def requested(self, request: StateRequest) -> None:
        """Do what a server asks, and answer."""
        task = asyncio.ensure_future(self._answer(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def line_written(self, line: str) -> None:
        """Take a line of the program's output (OutputListener)."""
        if self._output is not None:
            self._output.line_written(line)

    def _program_states(self, protocol: ControlProtocol, socket: ControlSocket) -> ProgramStates:
        match protocol:
            case ControlProtocol.QMP:
                return QemuStates(QmpClient(socket))
            case ControlProtocol.HATARI:
                self._output = hatari = HatariStates(socket, self._options.command)
                return hatari

    async def _answer(self, request: StateRequest) -> None:
        error = "This emulator saves no states."
        if self._requests is not None and self._answers is not None:
            with self._answers.excused():
                error = await self._requests.handle(request)
        self._extension.send(state_result(request.number, error))

"""Sends commands to QEMU and waits for what they return, one at a time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from moof.bridge.control_socket import ControlSocket
from moof.bridge.program_states import ProgramStateError
from moof.bridge.qmp import QmpError, QmpEvent, QmpFailure, QmpMessage, QmpReader, QmpReturn, pack_command

_COMMAND_SECONDS: Final = 10.0
_JOB_SECONDS: Final = 90.0
"""A gigabyte on a slow disk."""


class QmpClient:
    """A connection to QEMU; it negotiates the protocol with the first command."""

    def __init__(self, socket: ControlSocket) -> None:
        self._socket = socket
        self._reader = QmpReader()
        self._messages: list[QmpMessage] = []
        self._number = 0
        self._negotiated = False
        self._failed = False

    async def execute(self, name: str, arguments: dict[str, Any] | None = None) -> Any:
        """Return what a command returns. Raises ProgramStateError with QEMU's sentence, or for no answer."""
        return await self._limited(self._execute(name, arguments or {}), _COMMAND_SECONDS)

    async def run_job(self, name: str, job: str, arguments: dict[str, Any]) -> None:
        """Run a command that starts a job, and wait for its end. Raises ProgramStateError if that fails."""
        await self._limited(self._run_job(name, job, arguments), _JOB_SECONDS)

    async def _limited(self, call: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """Wait for a call. After one without an answer the connection is not used again."""
        if self._failed:
            call.close()
            raise ProgramStateError("QEMU does not answer.")
        try:
            async with asyncio.timeout(seconds):
                return await call
        except ProgramStateError:
            raise
        except (TimeoutError, OSError, QmpError) as error:
            self._failed = True
            raise ProgramStateError("QEMU does not answer.") from error

    async def _execute(self, name: str, arguments: dict[str, Any]) -> Any:
        if not self._negotiated:
            await self._call("qmp_capabilities", {})
            self._negotiated = True
        return await self._call(name, arguments)

    async def _call(self, name: str, arguments: dict[str, Any]) -> Any:
        self._number += 1
        connection = await self._socket.connection()
        await connection.send(pack_command(self._number, name, arguments))
        while True:
            match await self._next():
                case QmpReturn(number, value) if number == self._number:
                    return value
                case QmpFailure(number, reason) if number == self._number:
                    raise ProgramStateError(f"{reason}.")

    async def _run_job(self, name: str, job: str, arguments: dict[str, Any]) -> None:
        await self._execute(name, {"job-id": job, **arguments})
        while (await self._status(job)).get("status") != "concluded":
            while not _is_about(await self._next(), job):
                pass
        error = (await self._status(job)).get("error")
        await self._call("job-dismiss", {"id": job})
        if error:
            raise ProgramStateError(f"{error}.")

    async def _status(self, job: str) -> dict[str, Any]:
        jobs = await self._call("query-jobs", {})
        if not isinstance(jobs, list) or not all(isinstance(each, dict) for each in jobs):
            raise QmpError(f"QEMU has answered {str(jobs)[:100]!r} in place of its jobs")
        return next((each for each in jobs if each.get("id") == job), {"status": "concluded"})

    async def _next(self) -> QmpMessage:
        """Return the next message of QEMU. Raises OSError after the last."""
        connection = await self._socket.connection()
        while not self._messages:
            data = await connection.receive()
            if not data:
                raise ConnectionResetError
            self._messages = self._reader.feed(data)
        return self._messages.pop(0)


def _is_about(message: QmpMessage, job: str) -> bool:
    return isinstance(message, QmpEvent) and message.data.get("id") == job

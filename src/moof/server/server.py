"""Starts and stops a server, in an order in which nothing is left.

Imports little: the emulator is started first, and loads its libraries while the server loads its own.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from moof.process import prepare_for_sound, raise_descriptor_limit
from moof.server.config.options import ServerOptions
from moof.server.emulator.supervisor import Supervisor
from moof.server.service_manager import notify

if TYPE_CHECKING:
    from moof.server.app import StreamingServer

LOG: Final = logging.getLogger(__name__)


def run(options: ServerOptions) -> None:
    """Serve until SIGINT or SIGTERM. Raises ServerError."""
    raise_descriptor_limit()
    prepare_for_sound()
    asyncio.run(_serve_until_signaled(options))


async def serve(options: ServerOptions, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; end everything that was started before returning. Raises ServerError."""
    supervisor, supervising = _start_supervisor(options)
    server = None
    try:
        make_server = await asyncio.to_thread(_load)
        server = make_server(options, supervisor)
        server.start()
        # A full garbage collection visits all objects of the libraries, and stops every thread for 50 ms
        # (measured): two audio packets. The present objects live as long as the server anyway.
        gc.freeze()
        gc.enable()
        options.on_listening(server.owner_url)
        notify(f"READY=1\nSTATUS=Open {server.owner_url}")
        await _until_over(options, server, stop)
    finally:
        notify("STOPPING=1")
        if supervising is not None:
            supervising.cancel()  # the emulator ends while the viewers get their "bye"
        if server is not None:
            await server.stop()
        if supervising is not None:
            await asyncio.wait({supervising})


async def _until_over(options: ServerOptions, server: "StreamingServer", stop: asyncio.Event) -> None:
    """Return when `stop` is set, or nobody has used the Mac for as long as the options say."""
    waits: list[Coroutine[Any, Any, object]] = [stop.wait()]
    if options.idle.ends:
        waits.append(server.idle(options.idle))
    ends = [asyncio.create_task(each) for each in waits]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in ends:
            each.cancel()


def _start_supervisor(options: ServerOptions) -> tuple[Supervisor | None, asyncio.Task[None] | None]:
    """Start the emulator, before the server's libraries are loaded; both are None without a command."""
    if options.emulator_command is None:
        return None, None
    supervisor = Supervisor(
        options.emulator_command,
        standby=options.emulator_standby,
        environment=options.emulator_environment,
        next_command=options.emulator_next_command,
    )
    supervising = asyncio.create_task(supervisor.run())
    supervising.add_done_callback(_log_failure)
    return supervisor, supervising


async def _serve_until_signaled(options: ServerOptions) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(options, stop)


def _load() -> "type[StreamingServer]":
    from moof.server.app import StreamingServer

    return StreamingServer


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        LOG.error("The supervisor failed.", exc_info=error)

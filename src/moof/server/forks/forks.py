"""Starts Macs for visitors, as many as the operator allows, and ends them with the server."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from moof.server.config.fork_options import ForkOptions
from moof.server.forks.errors import ForkError, NoSuchForkError, TooManyForksError
from moof.server.forks.fork_documents import ForkDocuments
from moof.server.forks.fork_links import ForkLink, ForkLinks
from moof.server.forks.fork_process import ForkProcess
from moof.server.forks.saved_forks import SavedFork, SavedForks
from moof.states.state_shelf import StateShelf

LOG: Final = logging.getLogger(__name__)

_ALL_IN_USE: Final = "All Macs for visitors are in use. Try again in a few minutes."
_NO_MEMORY: Final = "There is not enough memory for one more Mac at this moment. Try again later."
_NETWORK_FULL: Final = "Your network has as many Macs here as one network may have. Try again later."
_START_MEMORY: Final = 300
"""MB that a server and its Mac take, and while they start may not have taken yet (docs/scale.md)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a visitor's Mac is: the port of its page, the token to sign in with, its secret identity."""

    port: int
    token: str
    identity: str
    link: str


class Forks:
    """The Macs of visitors. On the event loop."""

    def __init__(self, options: ForkOptions, shelf: StateShelf) -> None:
        documents = ForkDocuments(options.documents, options.folder / "documents", options.documents_mb)
        self.links = ForkLinks(options.folder / "links.json", shelf, documents)
        self._options = options
        self._saved = SavedForks(options, documents)
        self._running: dict[str, ForkProcess] = {}
        self._making: list[str] = []
        """The networks of those who get a new Mac, whose files are being made."""
        self._visits: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """For each new Mac's identity while it is made and starts: a second click waits for the first."""
        self._closed = False

    @property
    def most(self) -> int:
        """How many Macs may run at a time."""
        return self._options.number

    @property
    def running(self) -> dict[str, int]:
        """How many Macs run, by the id of their link."""
        links = [each.fork.link for each in self._running.values()]
        return {link: links.count(link) for link in links}

    async def visit(self, token: str, identities: list[str], network: str, click: str = "") -> Visit:
        """Start a Mac from a link's state, or go on with one of these identities'. Raises ForkError.

        `network` is the visitor's, as `network_of` returns it. Visitors do not wait for each other's start.
        Visits with the same `click`, a random text, get the same Mac: people click twice.
        """
        state, link = await asyncio.to_thread(self.links.find, token)
        fresh = link.identity(click) if click else secrets.token_hex(16)
        async with self._visits.setdefault(fresh, asyncio.Lock()):
            known = await self._known([*identities, fresh], link.id)
            saved = known or await self._make(fresh, state, link, network)
            try:
                process = self._running.get(saved.identity) or self._start(saved, network)
                port = await process.port()
            except ForkError:
                if known is None:
                    await asyncio.to_thread(self._saved.remove, saved)
                raise
            finally:
                await asyncio.to_thread(self._saved.prune, set(self._running))
        return Visit(port, saved.token, saved.identity, link.id)

    async def close(self) -> None:
        """End all Macs; they save their states."""
        self._closed = True
        processes = list(self._running.values())
        await asyncio.gather(*(each.end() for each in processes))
        await asyncio.gather(*(each.ended for each in processes))

    async def _known(self, identities: list[str], link: str) -> SavedFork | None:
        for identity in identities:
            try:
                return await asyncio.to_thread(self._saved.find, identity, link)
            except NoSuchForkError:
                continue
        return None

    async def _make(self, identity: str, state: str, link: ForkLink, network: str) -> SavedFork:
        """Make the files of a new Mac; its place is taken meanwhile."""
        self._check_room(network)
        self._making.append(network)
        try:
            contents = await asyncio.to_thread(self.links.read, state)
            return await asyncio.to_thread(self._saved.create, identity, link.id, contents)
        finally:
            self._making.remove(network)

    def _start(self, saved: SavedFork, network: str) -> ForkProcess:
        self._check_room(network)
        process = self._running[saved.identity] = ForkProcess(saved, self._free_port(), network)
        process.ended.add_done_callback(lambda _: self._running.pop(saved.identity, None))
        return process

    def _check_room(self, network: str) -> None:
        """Raise TooManyForksError if nobody of this network may get one more Mac now."""
        networks = [*self._making, *(each.network for each in self._running.values())]
        if self._closed or len(networks) >= self._options.number:
            raise TooManyForksError(_ALL_IN_USE)
        if networks.count(network) >= self._options.per_network:
            raise TooManyForksError(_NETWORK_FULL)
        starting = len(self._making) + sum(each.is_starting for each in self._running.values())
        free = free_memory()
        if free is not None and free - _START_MEMORY * starting < self._options.free_memory:
            LOG.warning("No Mac for a visitor is started: %d MB of memory are free.", free)
            raise TooManyForksError(_NO_MEMORY)

    def _free_port(self) -> int:
        if self._options.ports is None:
            return 0
        first, last = self._options.ports
        used = {each.asked_port for each in self._running.values()}
        free = [port for port in range(first, last + 1) if port not in used]
        if not free:
            raise TooManyForksError(_ALL_IN_USE)
        return free[0]


def free_memory(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Return how many MB of memory programs may have still (proc(5): MemAvailable), None if it is unknown."""
    try:
        lines = meminfo.read_text().splitlines()
        return next(int(line.split()[1]) >> 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def forks_of(options: ForkOptions | None, states: Path | None) -> Forks | None:
    """Return what starts Macs for visitors from the states in a folder, None if there is none."""
    return Forks(options, StateShelf(states)) if options is not None and states is not None else None

"""QEMU's snapshots by QMP: the memory in a file of its own, the disks' contents in the disks.

A disk in the format qcow2 keeps its contents of then beside those of now, under the snapshot's tag. One in
another format that the machine may write cannot: a state without its contents would damage them later.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from moof.bridge.program_states import ProgramMachine, ProgramStateError, ProgramStates
from moof.bridge.qmp_client import QmpClient
from moof.sentence import Sentence

_FILE: Final = "moof-state-file"
_MEMORY: Final = "moof-state"
"""Names of the nodes through which QEMU reads and writes a state's file."""
_JOB: Final = "moof-state-job"
_NOT_KEPT: Final = (
    "The disk {disk} has the format {format}; QEMU saves states only of disks in the format qcow2: "
    "qemu-img convert -O qcow2 makes one of it."
)
_SMALL: Final = 1 << 16
"""Bytes of a disk that is none: a Quadra's PRAM, of which the machine has a copy in its memory."""


@dataclass(frozen=True, slots=True)
class _WritableDisk:
    """A disk that the machine may write: QEMU's name for it, its file, its format, its snapshots' tags."""

    node: str
    file: str
    format: str
    size: int
    tags: frozenset[str]

    @property
    def keeps_contents(self) -> bool:
        return self.format == "qcow2"


class QemuStates(ProgramStates):
    """The snapshots of one QEMU."""

    def __init__(self, client: QmpClient) -> None:
        self._client = client

    async def machine(self) -> ProgramMachine:
        """Return the machine's type and its memory (ProgramStates)."""
        kind = await self._client.execute("qom-get", {"path": "/machine", "property": "type"})
        memory = await self._client.execute("query-memory-size-summary")
        with _understood():
            megabytes = int(memory["base-memory"]) >> 20
        return ProgramMachine(f"QEMU {str(kind).removesuffix('-machine')}, {megabytes} MB", megabytes)

    async def save(self, file: Path, tag: str) -> None:
        """Save the memory to `file`, the disks' contents in the disks (ProgramStates)."""
        disks = await self._disks()
        for disk in disks:
            if not disk.keeps_contents and disk.size > _SMALL:
                raise ProgramStateError(Sentence(_NOT_KEPT, disk=Path(disk.file).name, format=disk.format))
        await self._create(file)
        async with self._opened(file):
            await self._snapshot("snapshot-save", tag, [disk.node for disk in disks if disk.keeps_contents])

    async def load(self, file: Path) -> None:
        """Go on from `file`, with the disks' contents of then (ProgramStates)."""
        disks = [disk for disk in await self._disks() if disk.keeps_contents]
        async with self._opened(file):
            tag = await self._tag()
            for disk in disks:
                if tag not in disk.tags:
                    raise ProgramStateError(
                        Sentence("The disk {disk} does not belong to the state.", disk=Path(disk.file).name)
                    )
            await self._load(tag, [disk.node for disk in disks])

    async def forget_others(self, prefix: str, tags: frozenset[str]) -> None:
        """Delete the disks' contents of states that are gone (ProgramStates)."""
        for disk in await self._disks():
            for tag in disk.tags - tags:
                if tag.startswith(prefix):
                    arguments = {"tag": tag, "devices": [disk.node]}
                    await self._client.run_job("snapshot-delete", _JOB, arguments)

    async def _load(self, tag: str, disks: list[str]) -> None:
        """Load; where that fails the machine has a part of the state, and begins anew."""
        try:
            await self._snapshot("snapshot-load", tag, disks)
        except ProgramStateError:
            with suppress(ProgramStateError):
                await self._client.execute("system_reset")
            raise
        finally:
            with suppress(ProgramStateError):
                await self._client.execute("cont")

    async def _snapshot(self, command: str, tag: str, disks: list[str]) -> None:
        arguments = {"tag": tag, "vmstate": _MEMORY, "devices": [_MEMORY, *disks]}
        await self._client.run_job(command, _JOB, arguments)

    async def _disks(self) -> list[_WritableDisk]:
        drives = await self._client.execute("query-block")
        with _understood():
            inserted = [drive["inserted"] for drive in drives if "inserted" in drive]
            return [_disk(each) for each in inserted if not each["ro"]]

    async def _tag(self) -> str:
        """Return the tag of the snapshot in the file that is open."""
        nodes = await self._client.execute("query-named-block-nodes", {"flat": True})
        with _understood():
            tags = next((_tags(each) for each in nodes if each.get("node-name") == _MEMORY), frozenset())
        if len(tags) != 1:
            raise ProgramStateError("The state's contents are not those of QEMU.")
        return next(iter(tags))

    async def _create(self, file: Path) -> None:
        """Make an empty file in the format qcow2; where there is a link already, it leads nowhere."""
        await asyncio.to_thread(file.touch, 0o600, exist_ok=False)
        await self._add_file(file)
        try:
            options = {"driver": "qcow2", "file": _FILE, "size": _SMALL}
            await self._client.run_job("blockdev-create", _JOB, {"options": options})
        finally:
            await self._remove(_FILE)

    @asynccontextmanager
    async def _opened(self, file: Path) -> AsyncIterator[None]:
        """Let QEMU use a file in the format qcow2, which names no other file."""
        await self._add_file(file)
        try:
            node = {"driver": "qcow2", "node-name": _MEMORY, "file": _FILE, "backing": None}
            await self._client.execute("blockdev-add", node)
            try:
                yield
            finally:
                await self._remove(_MEMORY)
        finally:
            await self._remove(_FILE)

    async def _add_file(self, file: Path) -> None:
        node = {"driver": "file", "node-name": _FILE, "filename": str(file)}
        await self._client.execute("blockdev-add", node)

    async def _remove(self, node: str) -> None:
        with suppress(ProgramStateError):  # what failed before is what people are told
            await self._client.execute("blockdev-del", {"node-name": node})


@contextmanager
def _understood() -> Iterator[None]:
    """Refuse an answer that lacks what QEMU's have: the program may be another one, or a hostile guest's."""
    try:
        yield
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ProgramStateError("QEMU's answer about its machine cannot be understood.") from error


def _disk(inserted: dict[str, Any]) -> _WritableDisk:
    image = inserted["image"]
    return _WritableDisk(
        str(inserted["node-name"]),
        str(image["filename"]),
        str(inserted["drv"]),
        int(image["virtual-size"]),
        _tags(inserted),
    )


def _tags(node: dict[str, Any]) -> frozenset[str]:
    return frozenset(str(each["name"]) for each in node.get("image", {}).get("snapshots", ()))

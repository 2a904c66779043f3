"""States of a real QEMU, whose machine does not run: disks of each kind, and what does not fit."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from moof.bridge.program_states import ProgramMachine, ProgramStateError
from moof.bridge.qemu_states import QemuStates
from moof.bridge.qmp_client import QmpClient
from support.qemu import answering_program, create_qcow2, running_qemu

ROM = bytes.fromhex("00002000 00000008 60fe").ljust(1 << 20, b"\0")
MB = 1 << 20


@dataclass
class Quadra:
    """A Quadra with 16 MB that does not run, its states, and a folder for files."""

    client: QmpClient
    states: QemuStates
    folder: Path

    async def write_disk(self, value: int) -> None:
        """Fill the first sector of the first disk."""
        line = f'qemu-io {await self.disk()} "write -P {value} 0 512"'
        await self.client.execute("human-monitor-command", {"command-line": line})

    async def disk_has(self, value: int) -> bool:
        """Return whether the first sector of the first disk is filled with a byte."""
        line = f'qemu-io {await self.disk()} "read -P {value} 0 512"'
        answer = await self.client.execute("human-monitor-command", {"command-line": line})
        return "Pattern verification failed" not in str(answer)

    async def disk(self) -> str:
        """Return the first disk's name."""
        return str((await self.client.execute("query-block"))[0]["device"])


@pytest.fixture
async def disk(tmp_path: Path) -> Path:
    """An empty disk of 1 MB in the format qcow2."""
    path = tmp_path / "disk.qcow2"
    async with running_qemu(tmp_path / "tools", "-M", "none") as client:
        await create_qcow2(client, path, MB)
    return path


@pytest.fixture
async def quadra(tmp_path: Path, disk: Path) -> AsyncIterator[Quadra]:
    """A Quadra with that disk, and with a PRAM."""
    (tmp_path / "pram").write_bytes(bytes(512))
    drives = ("-drive", f"file={disk},format=qcow2", "-drive", f"file={tmp_path / 'pram'},format=raw,if=mtd")
    async with running_quadra(tmp_path, *drives) as client:
        yield Quadra(client, QemuStates(client), tmp_path)


def running_quadra(folder: Path, *arguments: str) -> AbstractAsyncContextManager[QmpClient]:
    """Start a Quadra with 16 MB."""
    (folder / "rom").write_bytes(ROM)
    machine = ("-M", "q800", "-m", "16", "-bios", str(folder / "rom"))
    return running_qemu(folder / "qemu", *machine, *arguments)


async def test_machine_is_named(quadra: Quadra) -> None:
    assert await quadra.states.machine() == ProgramMachine("QEMU q800, 16 MB", 16)


async def test_memory_and_disk_are_those_of_then(quadra: Quadra) -> None:
    await quadra.write_disk(1)
    await quadra.states.save(quadra.folder / "state", "moof-a-1")
    await quadra.write_disk(2)
    assert await quadra.disk_has(2)
    await quadra.states.load(quadra.folder / "state")
    assert await quadra.disk_has(1)
    assert (await quadra.client.execute("query-status"))["running"] is True
    assert await quadra.client.execute("query-jobs") == []
    nodes = await quadra.client.execute("query-named-block-nodes", {"flat": True})
    assert not any(each["node-name"].startswith("moof") for each in nodes)


async def test_what_disks_keep_of_other_states_is_removed(quadra: Quadra) -> None:
    for number, tag in enumerate(("moof-a-1", "moof-a-2", "moof-b-1", "mine")):
        await quadra.states.save(quadra.folder / str(number), tag)
    await quadra.states.forget_others("moof-a-", frozenset({"moof-a-2"}))
    (disk, _) = await quadra.states._disks()
    assert disk.tags == {"moof-a-2", "moof-b-1", "mine"}
    with pytest.raises(ProgramStateError, match=r"disk\.qcow2 does not belong to the state"):
        await quadra.states.load(quadra.folder / "0")
    await quadra.states.load(quadra.folder / "1")


async def test_disk_that_keeps_no_contents_refuses_states(tmp_path: Path) -> None:
    disk = tmp_path / "mac.img"
    disk.write_bytes(bytes(MB))
    drive = f"file={disk},format=raw"
    async with running_quadra(tmp_path, "-drive", drive) as client:
        with pytest.raises(ProgramStateError, match=r"mac\.img has the format raw;.*qemu-img convert"):
            await QemuStates(client).save(tmp_path / "state", "a")
    assert not (tmp_path / "state").exists()
    async with running_quadra(tmp_path, "-drive", f"{drive},media=cdrom") as client:
        await QemuStates(client).save(tmp_path / "state", "a")


async def test_file_of_something_else_changes_nothing(quadra: Quadra) -> None:
    other = quadra.folder / "other"
    other.write_bytes(b"no snapshot" * 1000)
    with pytest.raises(ProgramStateError):
        await quadra.states.load(other)
    await quadra.states._create(quadra.folder / "empty")
    with pytest.raises(ProgramStateError, match="not those of QEMU"):
        await quadra.states.load(quadra.folder / "empty")
    await quadra.states.save(quadra.folder / "state", "a")


@pytest.mark.parametrize("answer", [7, [7], [{"inserted": {"ro": False}}], [{"inserted": None}], None])
async def test_answer_that_is_none_of_qemu_is_refused(tmp_path: Path, answer: object) -> None:
    async with answering_program(tmp_path, answer) as client:
        with pytest.raises(ProgramStateError, match=r"cannot be understood\.$"):
            await QemuStates(client).save(tmp_path / "state", "a")
        with pytest.raises(ProgramStateError, match=r"cannot be understood\.$"):
            await QemuStates(client).machine()


async def test_memory_without_an_end_is_refused(tmp_path: Path) -> None:
    async with answering_program(tmp_path, {"base-memory": math.inf}) as client:
        with pytest.raises(ProgramStateError, match=r"cannot be understood\.$"):
            await QemuStates(client).machine()


async def test_answer_with_other_types_than_those_of_qemu_is_no_crash(tmp_path: Path) -> None:
    image = {"filename": 1, "virtual-size": 1 << 20, "snapshots": [{"name": 7}]}
    disk = {"ro": False, "node-name": 2, "drv": 3, "image": image}
    async with answering_program(tmp_path, [{"inserted": disk}]) as client:
        with pytest.raises(ProgramStateError, match="The disk 1 has the format 3"):
            await QemuStates(client).save(tmp_path / "state", "a")
        await QemuStates(client).forget_others("moof-", frozenset())


async def test_link_in_place_of_the_file_makes_none_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    async with answering_program(tmp_path, []) as client:
        with pytest.raises(FileExistsError):
            await QemuStates(client).save(tmp_path / "state", "a")
    assert not (tmp_path / "elsewhere").exists()

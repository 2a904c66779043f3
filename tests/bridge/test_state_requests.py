"""Requests for states, with a program that saves a number: names, pictures, errors in words."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from moof.bridge.program_states import ProgramMachine, ProgramStateError, ProgramStates
from moof.bridge.state_requests import RunningProgram, StateRequestHandler
from moof.extension import StateOperation, StateRequest
from moof.states.state_shelf import StateShelf
from support.state_files import state_file

SAVE, LOAD, BACK = StateOperation


class NumberStates(ProgramStates):
    """Saves a number."""

    def __init__(self) -> None:
        self.number = 1
        self.name = "Machine"
        self.tags: set[str] = set()
        self.error = ""
        self.is_link = False
        """Whether it has made a link in place of the file."""
        self.wait = asyncio.Event()
        self.wait.set()

    async def machine(self) -> ProgramMachine:
        return ProgramMachine(self.name, 8)

    async def save(self, file: Path, tag: str) -> None:
        await self.wait.wait()
        if self.error:
            raise ProgramStateError(self.error)
        if not self.is_link:
            await asyncio.to_thread(file.write_text, str(self.number))
        self.tags.add(tag)

    async def load(self, file: Path) -> None:
        self.number = int(await asyncio.to_thread(file.read_text))

    async def forget_others(self, prefix: str, tags: frozenset[str]) -> None:
        assert all(tag.startswith(prefix) for tag in self.tags | tags)
        self.tags &= tags


class Program(RunningProgram):
    """Shows a blue window."""

    def __init__(self) -> None:
        self.reason = ""
        self.releases = 0
        self.loads = 0
        self.size = (4, 6)

    def refuse_states(self) -> str:
        return self.reason

    def screen(self) -> NDArray[np.uint32]:
        return np.full(self.size, 0xFF, np.uint32)

    def release_input(self) -> None:
        self.releases += 1

    def state_loaded(self) -> None:
        self.loads += 1


class Scene:
    """A handler with its program and its shelf."""

    def __init__(self, folder: Path) -> None:
        self.shelf = StateShelf(folder / "shelf")
        self.work = folder / "work"
        self.work.mkdir()
        self.states = NumberStates()
        self.program = Program()
        self.handler = StateRequestHandler(self.shelf, self.work, self.states, self.program)

    async def ask(self, action: StateOperation, name: str = "") -> str:
        return await self.handler.handle(StateRequest(1, action, name))


@pytest.fixture
async def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


async def test_saved_state_is_loaded(scene: Scene) -> None:
    assert await scene.ask(SAVE, "One") == ""
    scene.states.number = 2
    assert await scene.ask(LOAD, "One") == ""
    assert scene.states.number == 1
    assert (scene.program.releases, scene.program.loads) == (2, 1)
    assert list(scene.work.iterdir()) == []


async def test_shelf_has_picture_and_description(scene: Scene) -> None:
    await scene.ask(SAVE, "One")
    (entry,) = scene.shelf.entries()
    described = entry.metadata
    assert (entry.name, described.width, described.height) == ("One", 6, 4)
    assert (described.machine, described.ram_mb) == ("Machine", 8)
    assert Image.open(io.BytesIO(scene.shelf.summary("One").picture)).convert("RGB").getpixel((0, 0)) == (
        0,
        0,
        0xFF,
    )


async def test_what_is_impossible_is_said_in_words(scene: Scene) -> None:
    await scene.ask(SAVE, "One")
    assert "already" in await scene.ask(SAVE, "One")
    assert "name" in await scene.ask(SAVE, "../One")
    assert "no such state" in await scene.ask(LOAD, "Two")
    assert "saves nothing by itself" in await scene.ask(BACK)
    scene.program.reason = "The emulator is paused."
    assert await scene.ask(LOAD, "One") == "The emulator is paused."
    scene.program.reason, scene.program.size = "", (0, 0)
    assert "shows nothing" in await scene.ask(SAVE, "Two")
    assert "shows nothing" in await scene.ask(LOAD, "One")
    assert [each.name for each in scene.shelf.entries()] == ["One"]


async def test_states_of_other_machines_are_not_loaded(scene: Scene) -> None:
    await scene.ask(SAVE, "One")
    scene.states.name, scene.states.number = "Other", 2
    assert await scene.ask(LOAD, "One") == "The state is of Machine; this is Other."
    scene.shelf.save("Mac", state_file())
    assert await scene.ask(LOAD, "Mac") == "The state is of another emulator."
    assert scene.states.number == 2


async def test_damaged_state_changes_nothing(scene: Scene) -> None:
    await scene.ask(SAVE, "One")
    path = next(scene.shelf.folder.iterdir())
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    scene.states.number = 2
    assert "damaged" in await scene.ask(LOAD, "One")
    assert scene.states.number == 2
    assert list(scene.work.iterdir()) == []


async def test_error_of_the_program_is_passed_on(scene: Scene) -> None:
    scene.states.error = "The disk is full."
    assert await scene.ask(SAVE, "One") == "The disk is full."
    assert scene.shelf.entries() == []


async def test_links_that_the_program_makes_lead_nowhere(scene: Scene, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    for name in ("compressed", "state"):
        (scene.work / name).symlink_to(theirs)
        scene.states.is_link = name == "state"
        await scene.ask(SAVE, name)
        assert theirs.read_text() == "theirs"
    assert [each.name for each in scene.shelf.entries()] == ["compressed"]


async def test_one_at_a_time(scene: Scene) -> None:
    scene.states.wait.clear()
    first = asyncio.ensure_future(scene.ask(SAVE, "One"))
    await asyncio.sleep(0)
    assert "at this moment" in await scene.ask(SAVE, "Two")
    scene.states.wait.set()
    assert await first == ""


async def test_program_forgets_deleted_states(scene: Scene) -> None:
    for name in ("One", "Two"):
        await scene.ask(SAVE, name)
    kept = set(scene.states.tags)
    assert len(kept) == 2
    scene.shelf.rename("One", "Uno")
    scene.shelf.delete("Two")
    await scene.ask(SAVE, "Three")
    assert len(scene.states.tags & kept) == 1
    (scene.shelf.folder / "Damaged.moofstate").write_bytes(b"")
    scene.shelf.delete("Uno")
    await scene.ask(SAVE, "Four")
    assert len(scene.states.tags) == 3, "while one cannot be read, nothing is removed"

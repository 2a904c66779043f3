"""What programs get that paste, and one that asks without end."""

from __future__ import annotations

import struct

import pytest
import xcffib.xproto

from moof.bridge.selection_owner import NAMES, SelectionOwner
from moof.bridge.xvfb import Xvfb
from support.waiting import wait_until
from support.x_selections import SelectionClient

TEXT = "Größe 漢字\n"


class Scene:
    """An owner on a display, and a program there."""

    def __init__(self, display: Xvfb) -> None:
        self.owner_side = SelectionClient(display.name, display.authority)
        self.display = display
        self.program = self.another_program()
        atoms = {name: self.owner_side.atom(name) for name in NAMES}
        self.owner = SelectionOwner(self.owner_side.connection, self.owner_side.own_window, atoms)
        self.now = 0.0

    def another_program(self) -> SelectionClient:
        return SelectionClient(self.display.name, self.display.authority)

    def put(self, text: str) -> None:
        self.owner.put(text)
        self.owner_side.connection.flush()

    def paste(self, target: str, selection: str = "CLIPBOARD") -> bytes | None:
        self.program.received.clear()
        self.program.ask(selection, target)
        wait_until(self._has_answer, "the answer")
        return self.program.received[0]

    def _has_answer(self) -> bool:
        self.handle()
        self.program.pump()
        return bool(self.program.received)

    def handle(self) -> int:
        """Handle the owner's events, as the clipboard does; return their number."""
        events = self.owner_side.events()
        for event in events:
            if isinstance(event, xcffib.xproto.SelectionRequestEvent):
                self.owner.requested(event, self.now)
            if isinstance(event, xcffib.xproto.SelectionClearEvent):
                self.owner.lost(event.selection)
        self.owner_side.connection.flush()
        return len(events)


@pytest.fixture
async def scene(display: Xvfb) -> Scene:
    return Scene(display)


async def test_text_is_given_by_every_target_that_programs_use(scene: Scene) -> None:
    scene.put(TEXT)
    for target in ("UTF8_STRING", "TEXT", "text/plain;charset=utf-8", "text/plain"):
        assert scene.paste(target) == TEXT.encode()
    assert scene.paste("STRING") == "Größe ??\n".encode("latin-1")
    assert scene.paste("image/png") is None
    targets = scene.paste("TARGETS")
    assert targets is not None
    names = {scene.program._name(atom) for (atom,) in struct.iter_unpack("=I", targets)}
    assert {"TARGETS", "UTF8_STRING", "STRING"} <= names


async def test_longest_text_fits_into_one_answer(scene: Scene) -> None:
    scene.put("x" * 60_000)
    assert scene.paste("UTF8_STRING") == b"x" * 60_000


async def test_primary_is_owned_only_if_it_is_nobodys(scene: Scene) -> None:
    scene.put("first")
    assert scene.paste("UTF8_STRING", "PRIMARY") == b"first"
    scene.put("second")
    assert scene.paste("UTF8_STRING", "PRIMARY") == b"second"
    scene.program.own("PRIMARY")
    scene.put("third")
    assert scene.program.owns("PRIMARY")
    assert scene.paste("UTF8_STRING") == b"third"


async def test_a_program_that_asks_without_end_loses_the_text(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.put(TEXT)
    for _ in range(1000):
        scene.program.ask("CLIPBOARD", "UTF8_STRING")
    wait_until(lambda: not scene.handle() and scene.program.is_free("CLIPBOARD"), "the end")
    assert caplog.text.count("without end") == 1
    scene.now = 60.0
    scene.put("again")
    wait_until(lambda: not scene.handle(), "the rest")
    scene.program = scene.another_program()
    assert scene.paste("UTF8_STRING") == b"again"

"""The display's clipboard with programs that copy and paste, well and badly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from moof.bridge import x_clipboard
from moof.bridge.x_clipboard import XClipboard, XClipboardListener
from moof.bridge.xvfb import Xvfb
from support.waiting import WAIT_SECONDS
from support.x_selections import SelectionClient


class Scene(XClipboardListener):
    """The clipboard, what it reports, and a program."""

    def __init__(self, display: Xvfb) -> None:
        self.copied: list[str] = []
        self.program = SelectionClient(display.name, display.authority)
        self.clipboard = XClipboard(asyncio.get_running_loop(), display.name, display.authority, self)
        self.clipboard.start()

    def text_copied(self, text: str) -> None:
        self.copied.append(text)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, while the program and the clipboard handle their events."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                await asyncio.sleep(0.002)
                self.program.pump()

    def copy(self, text: str) -> None:
        self.program.own("CLIPBOARD", UTF8_STRING=text.encode())

    async def paste(self, target: str = "UTF8_STRING") -> bytes | None:
        self.program.received.clear()
        self.program.ask("CLIPBOARD", target)
        await self.until(lambda: bool(self.program.received))
        return self.program.received[0]


@pytest.fixture
async def scene(display: Xvfb) -> AsyncIterator[Scene]:
    made = Scene(display)
    yield made
    made.clipboard.stop()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set how long answers may take, from the next request or piece on: first, as long as tests wait."""

    def set_patience(seconds: float) -> None:
        monkeypatch.setattr(x_clipboard, "ANSWER_SECONDS", seconds)

    set_patience(WAIT_SECONDS)
    return set_patience


async def test_each_copy_is_reported_also_of_the_same_text(scene: Scene) -> None:
    for count, text in enumerate(("Größe\r\n漢字", "same", "same"), 1):
        scene.copy(text)
        await scene.until(lambda count=count: len(scene.copied) == count)  # type: ignore[misc]
    assert scene.copied == ["Größe\n漢字", "same", "same"]


async def test_programs_without_utf_8_are_asked_for_latin_1(scene: Scene) -> None:
    scene.program.own("CLIPBOARD", STRING="Größe".encode("latin-1"))
    await scene.until(lambda: scene.copied == ["Größe"])
    assert scene.program.requests == ["UTF8_STRING", "text/plain;charset=utf-8", "STRING"]


async def test_a_page_s_text_is_pasted_and_not_reported(scene: Scene) -> None:
    scene.copy("of the program")
    await scene.until(lambda: scene.copied == ["of the program"])
    scene.clipboard.put("Größe")
    assert await scene.paste() == "Größe".encode()
    scene.copy("newer")
    scene.clipboard.put("newest")  # before the program was asked
    assert await scene.paste() == b"newest"
    await asyncio.sleep(0)
    assert scene.copied == ["of the program"]
    scene.copy("last")
    await scene.until(lambda: scene.copied[1:] == ["last"])


async def test_a_text_in_pieces_is_joined(scene: Scene) -> None:
    scene.program.pieces = ["Grö".encode(), "ße ".encode()[:1], "ße ".encode()[1:], b"x" * 50_000, b""]
    scene.program.own("CLIPBOARD", UTF8_STRING=b"")
    await scene.until(lambda: bool(scene.copied))
    assert scene.copied == ["Größe " + "x" * 50_000]


async def test_two_megabytes_are_reported_as_too_long_and_the_next_copy_arrives(scene: Scene) -> None:
    scene.program.pieces = [b"x" * 200_000] * 10 + [b""]
    scene.program.own("CLIPBOARD", UTF8_STRING=b"")
    for left in reversed(range(10)):
        await scene.until(lambda left=left: len(scene.program.pieces) <= left)  # type: ignore[misc]
    await scene.until(lambda: scene.copied == [""])
    scene.copy("short")
    await scene.until(lambda: scene.copied == ["", "short"])


async def test_a_program_that_does_not_answer_delays_only_its_own_text(
    scene: Scene, patience: Callable[[float], None]
) -> None:
    scene.program.silent = True
    patience(0.1)
    scene.copy("never")
    await scene.until(lambda: bool(scene.program.requests))
    scene.program.silent = False
    patience(WAIT_SECONDS)
    scene.copy("later")
    await scene.until(lambda: scene.copied == ["later"])


async def test_a_piece_that_never_comes_ends_the_request(
    scene: Scene, patience: Callable[[float], None]
) -> None:
    scene.program.pieces = [b"x"]
    scene.program.own("CLIPBOARD", UTF8_STRING=b"")
    await scene.until(lambda: not scene.program.pieces)
    patience(0.1)  # for the piece after this, which the clipboard has not read yet
    await scene.until(lambda: scene.clipboard._transfer is None)
    patience(WAIT_SECONDS)
    scene.copy("next")
    await scene.until(lambda: scene.copied == ["next"])


async def test_a_picture_and_an_empty_text_are_not_reported(scene: Scene) -> None:
    scene.program.own("CLIPBOARD", **{"image/png": b"\x89PNG"})
    await scene.until(lambda: "STRING" in scene.program.requests)
    scene.copy("")
    await scene.until(lambda: scene.program.requests.count("UTF8_STRING") == 2)
    scene.copy("text")
    await scene.until(lambda: scene.copied == ["text"])


async def test_a_program_that_copies_without_end_is_asked_a_few_times(scene: Scene) -> None:
    for number in range(1000):
        scene.copy(str(number))
        if number % 100 == 0:
            await asyncio.sleep(0)
            scene.program.pump()
    await scene.until(lambda: scene.copied[-1:] == ["999"])
    assert len(scene.program.requests) < 20


async def test_invalid_utf_8_is_replaced(scene: Scene) -> None:
    scene.program.own("CLIPBOARD", UTF8_STRING=b"a\xff\xfeb")
    await scene.until(lambda: scene.copied == ["a\ufffd\ufffdb"])


async def test_events_of_programs_that_lie_change_nothing(scene: Scene) -> None:
    scene.clipboard.put("kept")
    assert await scene.paste() == b"kept"
    window = scene.clipboard._window
    for kind in (29, 30, 31, 28):  # SelectionClear, SelectionRequest, SelectionNotify, PropertyNotify
        for _ in range(50):
            scene.program.core.SendEvent(False, window, 0, bytes([kind]) + bytes(31))
    scene.program.connection.flush()
    assert await scene.paste("STRING") == b"kept"


async def test_an_ended_display_is_no_error(display: Xvfb, scene: Scene) -> None:
    scene.copy("x")
    await scene.until(lambda: scene.copied == ["x"])
    await display.end()
    scene.clipboard.put("nowhere")
    await asyncio.sleep(0)

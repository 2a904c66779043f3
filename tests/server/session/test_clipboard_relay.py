"""Texts between the emulator and the pages: both directions, lengths and rates."""

import asyncio
from collections.abc import Callable

import pytest

from moof.server.protocol.clipboard_messages import ClipboardCopied, ClipboardRequest, ClipboardStatus
from moof.server.protocol.messages import SignalingError
from moof.server.session.clipboard_relay import TOO_MANY, ClipboardPages, ClipboardRelay
from support.recording_extension import RecordingExtension


class Pages(ClipboardPages):
    """Keeps what pages are sent."""

    def __init__(self) -> None:
        self.copied: list[str] = []
        self.shared: list[bool] = []

    def clipboard_copied(self, message: ClipboardCopied) -> None:
        self.copied.append(message.text)

    def clipboard_status_changed(self, status: ClipboardStatus) -> None:
        self.shared.append(status.shared)


class Scene:
    """A relay between an emulator and pages."""

    def __init__(self, *, clipboard: bool = True) -> None:
        self.extension = RecordingExtension(clipboard=clipboard)
        self.relay = ClipboardRelay(self.extension)
        self.pages = Pages()
        self.relay.add_pages(self.pages)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def test_texts_pass_both_ways_without_control_characters() -> None:
    scene = Scene()
    assert scene.relay.status == ClipboardStatus(shared=True)
    scene.relay.text_copied("a\rb\x1b[2J\ud800")
    scene.relay.process(ClipboardRequest("c\r\nd\x00e"))
    assert scene.pages.copied == ["a\nb[2J"]
    assert scene.extension.texts == ["c\nde"]


async def test_a_copied_text_that_is_too_long_is_an_empty_one() -> None:
    scene = Scene()
    scene.relay.text_copied("")
    assert scene.pages.copied == [""]


async def test_of_many_copies_the_newest_one_arrives() -> None:
    scene = Scene()
    for number in range(1000):
        scene.relay.text_copied(str(number))
    assert scene.pages.copied == ["0", "1", "2", "3"]
    await until(lambda: len(scene.pages.copied) > 4)
    assert scene.pages.copied[4:] == ["999"]
    scene.relay.close()


async def test_a_copy_that_waits_is_dropped_when_the_emulator_ends_or_the_server_stops() -> None:
    scene = Scene()
    for number in range(5):
        scene.relay.text_copied(str(number))
    scene.extension.shares_clipboard_now = False
    scene.relay.clipboard_changed()
    assert scene.pages.shared == [False]
    for _ in range(2):
        scene.relay._send()
        scene.relay.close()
    assert scene.pages.copied == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("clipboard", "text", "error"),
    [(True, "é" * 30_001, "too long"), (False, "x", "does not share its clipboard")],
)
async def test_refusals_are_sentences(clipboard: bool, text: str, error: str) -> None:
    scene = Scene(clipboard=clipboard)
    with pytest.raises(SignalingError, match=error):
        scene.relay.process(ClipboardRequest(text))


async def test_longest_text_passes_and_an_empty_one_changes_nothing() -> None:
    scene = Scene()
    scene.relay.process(ClipboardRequest(""))
    scene.relay.process(ClipboardRequest("é" * 30_000))
    assert scene.extension.texts == ["é" * 30_000]


async def test_texts_of_pages_beyond_the_rate_are_refused() -> None:
    scene = Scene()
    for _ in range(8):
        scene.relay.process(ClipboardRequest("x"))
    scene.relay._texts.spend(100)
    with pytest.raises(SignalingError, match=TOO_MANY):
        scene.relay.process(ClipboardRequest("x"))
    assert len(scene.extension.texts) == 8

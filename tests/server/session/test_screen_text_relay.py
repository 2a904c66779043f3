"""Who is sent what the Mac's screen says, and when the emulator is asked."""

import asyncio
from collections.abc import Set as AbstractSet

import pytest

from moof.extension import PartKind, PartState, ScreenPart
from moof.server.protocol.messages import SignalingError
from moof.server.protocol.screen_messages import (
    ScreenTextChanged,
    ScreenTextPart,
    ScreenTextRequest,
    ScreenTextStatus,
)
from moof.server.session.screen_text_relay import NOT_READABLE, ScreenTextPages, ScreenTextRelay
from support.recording_extension import RecordingExtension

WANTED, ENOUGH = ScreenTextRequest(True), ScreenTextRequest(False)


class Pages(ScreenTextPages):
    """Keeps what pages are sent."""

    def __init__(self, relay: ScreenTextRelay) -> None:
        self.readable: list[bool] = []
        self.sent: list[tuple[str, list[str]]] = []
        self.arrived = asyncio.Event()
        relay.add_pages(self)

    def screen_text_changed(self, message: ScreenTextChanged, viewers: AbstractSet[str]) -> None:
        self.sent.append((message.parts[0].text, sorted(viewers)))
        self.arrived.set()

    def screen_text_status_changed(self, status: ScreenTextStatus) -> None:
        self.readable.append(status.readable)


def text(words: str) -> tuple[ScreenPart, ...]:
    return (ScreenPart(PartKind.TEXT, PartState.CHECKED, words),)


async def test_the_emulator_is_asked_while_anybody_reads() -> None:
    extension = RecordingExtension(reads_screen=True)
    relay = ScreenTextRelay(extension)
    relay.process("a", WANTED)
    relay.process("b", WANTED)
    relay.process("a", ENOUGH)
    relay.leave("a")
    assert extension.read_requests == [True]
    relay.leave("b")
    assert extension.read_requests == [True, False]


async def test_readers_are_sent_texts_the_newest_of_several_and_newcomers_the_last_one() -> None:
    extension = RecordingExtension(reads_screen=True)
    relay = ScreenTextRelay(extension)
    pages = Pages(relay)
    relay.screen_text_received(text("nobody reads"))
    relay.process("a", WANTED)
    for words in ("one", "two", "three"):
        relay.screen_text_received(text(words))
    relay.process("b", WANTED)
    assert pages.sent == [("one", ["a"]), ("three", ["b"])]
    pages.arrived.clear()
    await pages.arrived.wait()
    assert pages.sent[2:] == [("three", ["a", "b"])]
    relay.close()


async def test_a_part_keeps_its_states() -> None:
    relay = ScreenTextRelay(RecordingExtension(reads_screen=True))
    seen: list[ScreenTextChanged] = []

    class Last(Pages):
        def screen_text_changed(self, message: ScreenTextChanged, viewers: AbstractSet[str]) -> None:
            seen.append(message)

    Last(relay)
    relay.process("a", WANTED)
    relay.screen_text_received(text("x"))
    assert seen == [ScreenTextChanged((ScreenTextPart("text", "x", checked=True),))]
    relay.close()


async def test_another_emulator_is_asked_and_pages_are_told() -> None:
    extension = RecordingExtension(reads_screen=True)
    relay = ScreenTextRelay(extension)
    pages = Pages(relay)
    relay.screen_text_status_changed()
    relay.process("a", WANTED)
    extension.reads_screen_now = False
    relay.screen_text_status_changed()
    extension.reads_screen_now = True
    relay.screen_text_status_changed()
    assert extension.read_requests == [False, True, True]
    assert pages.readable == [True, False, True]


async def test_an_emulator_that_cannot_is_an_error() -> None:
    relay = ScreenTextRelay()
    with pytest.raises(SignalingError, match=NOT_READABLE):
        relay.process("a", WANTED)
    relay.process("a", ENOUGH)

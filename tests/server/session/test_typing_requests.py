"""Signaling messages about text, layout and clipboard, from one viewer."""

import pytest

from moof.ipc import Key
from moof.server.protocol.clipboard_messages import ClipboardRequest
from moof.server.protocol.keyboard_messages import KeyboardRequest, TextProgress, TextRequest, TextStop
from moof.server.protocol.messages import ServerMessage, SignalingError
from moof.server.session.clipboard_relay import ClipboardRelay
from moof.server.session.context import PageLink
from moof.server.session.typing_requests import TypingListener, TypingRequests
from moof.server.session.typist import Typist
from support.recording_emulator import RecordingEmulator
from support.recording_extension import RecordingExtension


class Page(PageLink):
    """Keeps the messages to the page."""

    def __init__(self) -> None:
        self.messages: list[ServerMessage] = []

    def send(self, message: ServerMessage) -> None:
        self.messages.append(message)

    def disconnect(self, reason: str) -> None:
        raise AssertionError(reason)


class Scene:
    """One viewer's requests, and what they cause."""

    def __init__(self) -> None:
        self.emulator = RecordingEmulator()
        self.typist = Typist(self.emulator)
        self.page = Page()
        self.extension = RecordingExtension(clipboard=True)
        self.requests = TypingRequests("v1", self.typist, self.page, ClipboardRelay(self.extension))


async def test_a_text_is_typed_and_its_progress_sent() -> None:
    scene = Scene()
    scene.requests.process(TextRequest("1", "a"))
    assert scene.page.messages == [TextProgress("1", 0, 1, "", "typing"), TextProgress("1", 1, 1, "", "done")]
    assert scene.emulator.messages == [Key(0, down=True), Key(0, down=False)]


async def test_a_text_is_stopped_by_its_id_and_when_the_viewer_leaves() -> None:
    scene = Scene()
    for text_id in "12":
        scene.requests.process(TextRequest(text_id, "abc" * 100))
    scene.requests.process(TextStop("1"))
    scene.requests.process(TextStop("1"))
    scene.requests.leave()
    states = [(each.id, each.state) for each in scene.page.messages if isinstance(each, TextProgress)]
    assert states == [("1", "typing"), ("2", "typing"), ("1", "stopped"), ("2", "stopped")]


async def test_a_listener_is_told_while_characters_are_typed_and_not_while_none_are() -> None:
    told: list[str] = []

    class Listener(TypingListener):
        def characters_typed(self) -> None:
            told.append("typed")

    scene = Scene()
    clipboard = ClipboardRelay(scene.extension)
    requests = TypingRequests("v1", scene.typist, scene.page, clipboard, Listener())
    for typed in (0, 0, 3, 3, 9):
        requests.text_progress(TextProgress("1", typed, 9, "", "typing"))
    assert told == ["typed"] * 2


async def test_errors_are_sentences() -> None:
    scene = Scene()
    scene.requests.process(TextRequest("1", "abc" * 100))
    with pytest.raises(SignalingError, match="is being typed already"):
        scene.requests.process(TextRequest("1", "abc"))
    with pytest.raises(SignalingError, match="no keyboard layout 'klingon'"):
        scene.requests.process(KeyboardRequest("klingon"))
    scene.requests.leave()


async def test_the_layout_changes_what_keys_are_sent() -> None:
    scene = Scene()
    scene.requests.process(KeyboardRequest("german"))
    scene.requests.process(TextRequest("1", "z"))
    assert scene.emulator.messages == [Key(0x10, down=True), Key(0x10, down=False)]


async def test_a_text_is_put_on_the_clipboard() -> None:
    scene = Scene()
    scene.requests.process(ClipboardRequest("two\r\nlines"))
    assert scene.extension.texts == ["two\nlines"]

"""The typist: nothing is lost, the order is kept, and texts end with their viewer and their Mac."""

import asyncio

import pytest

from moof.ipc import Key
from moof.keyboard import layout
from moof.server.protocol.keyboard_messages import MAX_TEXT, TextProgress
from moof.server.session.layout_control import LayoutControl
from moof.server.session.text_queue import TextOwner
from moof.server.session.typing_pace import MAX_UNREAD_KEYS, TypingPace
from moof.server.session.typist import NO_EMULATOR, RESTARTED, SERVER_STOPPED, Typist
from support.mac_keyboard import MacKeyboard
from support.recording_emulator import RecordingEmulator
from support.recording_extension import RecordingExtension

SHIFT = 0x38


class Reader(RecordingExtension):
    """The extension of an emulator whose Mac reads keys when the test says so."""

    def __init__(self, emulator: RecordingEmulator) -> None:
        super().__init__()
        self._emulator = emulator
        self.read = 0

    @property
    def unread_keys(self) -> int | None:
        return len(self._emulator.messages) - self.read


class Owner(TextOwner):
    """Keeps the progress."""

    def __init__(self) -> None:
        self.progress: list[TextProgress] = []

    def text_progress(self, progress: TextProgress) -> None:
        self.progress.append(progress)

    @property
    def last(self) -> TextProgress:
        return self.progress[-1]


class Scene:
    """A typist whose time the test makes, and the Mac that it types in."""

    def __init__(self, *, counts: bool = False, rate: float = 25.0) -> None:
        self.emulator = RecordingEmulator()
        self.reader = Reader(self.emulator)
        extension = self.reader if counts else RecordingExtension()
        self.typist = Typist(self.emulator, pace=TypingPace(rate, extension))
        self.owner = Owner()
        self.now = 1e9
        """Later than the clock of the event loop, whose timers come too late for this test."""

    def run(self, seconds: float = float("inf")) -> None:
        """Let time pass until nothing is left to type, at most for so long."""
        end = self.now + seconds
        while self.now < end and (wait := self.typist.step(self.now)) is not None:
            self.now += wait
            self.reader.read = len(self.emulator.messages)

    @property
    def typed(self) -> str:
        """What the Mac has got."""
        keyboard = MacKeyboard(layout("us"))
        for message in self.emulator.messages:
            assert isinstance(message, Key)
            keyboard.key(message.mac_keycode, down=message.down)
        assert keyboard.down <= {SHIFT}
        return keyboard.text


@pytest.mark.parametrize("counts", [False, True])
async def test_20000_characters_are_typed_in_order(counts: bool) -> None:
    scene = Scene(counts=counts)
    text = ("The quick brown fox. É “ü” ñ…\r\t" * MAX_TEXT)[:MAX_TEXT]
    scene.typist.type_text("v1", "1", text, scene.owner)
    scene.run()
    assert scene.typed == text
    assert scene.owner.last == TextProgress("1", MAX_TEXT, MAX_TEXT, "", "done")


async def test_the_mac_never_has_more_unread_keys_than_the_limit() -> None:
    scene = Scene(counts=True)
    scene.typist.type_text("v1", "1", "x" * 500, scene.owner)
    for read in range(0, 1000, 3):
        assert scene.typist.step(scene.now) != 0.0
        assert len(scene.emulator.messages) - scene.reader.read <= MAX_UNREAD_KEYS
        scene.reader.read = min(read, len(scene.emulator.messages))
    scene.run()
    assert scene.typed == "x" * 500


async def test_progress_is_reported_a_few_times_a_second() -> None:
    scene = Scene()
    scene.typist.type_text("v1", "1", "x" * 250, scene.owner)
    scene.run()
    typed = [each.typed for each in scene.owner.progress]
    assert typed == sorted(typed)
    assert 30 <= len(typed) <= 50


async def test_a_text_is_stopped_and_the_next_one_follows() -> None:
    scene, other = Scene(), Owner()
    scene.typist.type_text("v1", "1", "x" * 1000, scene.owner)
    scene.typist.type_text("v2", "1", "yz", other)
    scene.run(2.0)
    scene.typist.stop_text("v2", "none")
    scene.typist.stop_text("v1", "1")
    stopped = scene.owner.last
    assert stopped.state == "stopped"
    assert 40 <= stopped.typed <= 60
    scene.run()
    assert scene.typed == "x" * stopped.typed + "yz"
    assert other.last.state == "done"


async def test_a_viewers_texts_end_when_it_leaves() -> None:
    scene, other = Scene(), Owner()
    scene.typist.type_text("v1", "1", "x" * 1000, scene.owner)
    scene.typist.type_text("v2", "1", "yz", other)
    scene.run(1.0)
    scene.typist.remove_viewer("v1")
    scene.run()
    assert scene.owner.last.state == "stopped"
    assert scene.typed.endswith("xyz")


async def test_keys_that_somebody_presses_meanwhile_get_no_modifiers_of_the_text() -> None:
    scene = Scene()
    scene.typist.type_text("v1", "1", "ABCÉ" * 10, scene.owner)
    while scene.typist.step(scene.now) is not None:
        scene.now += 0.04
        scene.typist.press("v2", [Key(0x06, down=True)])
        scene.typist.press("v2", [Key(0x06, down=False)])
    assert scene.typed.replace("z", "") == "ABCÉ" * 10
    assert "Z" not in scene.typed


async def test_a_shift_key_that_somebody_holds_does_not_change_the_text() -> None:
    scene = Scene()
    scene.typist.press("v2", [Key(SHIFT, down=True)])
    scene.typist.type_text("v1", "1", "abC", scene.owner)
    scene.run()
    assert scene.typed == "abC"


async def test_taps_and_keys_of_a_viewer_keep_their_order() -> None:
    scene = Scene()
    assert scene.typist.tap("v1", "word я") == "я"
    assert scene.typist.has_taps("v1")
    scene.typist.press("v1", [Key(0x24, down=True)])
    scene.typist.press("v1", [Key(0x24, down=False)])
    scene.typist.tap("v1", "x")
    scene.run()
    assert scene.typed == "word \rx"
    assert not scene.typist.has_taps("v1")


async def test_a_key_that_waits_behind_taps_is_released_when_its_viewer_leaves() -> None:
    scene = Scene()
    scene.typist.press("v1", [Key(SHIFT, down=True)])
    scene.typist.tap("v1", "abc")
    scene.typist.press("v1", [Key(0x05, down=True)])
    scene.typist.press("v1", [Key(SHIFT, down=False)])
    scene.typist.remove_viewer("v1")
    scene.run()
    assert scene.emulator.messages[-1] == Key(SHIFT, down=False)
    assert scene.typed in ("a", "ab")


async def test_without_an_emulator_a_text_fails_at_once() -> None:
    scene = Scene()
    scene.emulator.connected = False
    scene.typist.type_text("v1", "1", "abc", scene.owner)
    assert scene.owner.last == TextProgress("1", 0, 3, "", "failed", NO_EMULATOR)


async def test_texts_fail_when_the_emulator_ends_with_the_count_typed() -> None:
    scene = Scene()
    scene.typist.emulator_changed(42, paused=False)
    scene.typist.type_text("v1", "1", "x" * 100, scene.owner)
    scene.run(1.0)
    scene.typist.emulator_changed(None, paused=False)
    failed = scene.owner.last
    assert (failed.state, failed.message) == ("failed", RESTARTED)
    assert failed.typed == len(scene.typed) > 10
    scene.typist.emulator_changed(43, paused=False)
    scene.run()
    assert len(scene.typed) == failed.typed


async def test_texts_fail_at_a_reset_and_at_the_servers_end() -> None:
    scene, other = Scene(), Owner()
    scene.typist.type_text("v1", "1", "x" * 100, scene.owner)
    scene.typist.machine_restarted()
    assert scene.owner.last.message == RESTARTED
    scene.typist.type_text("v1", "1", "x" * 100, other)
    scene.typist.close()
    assert other.last.message == SERVER_STOPPED


async def test_a_paused_mac_is_not_typed_to() -> None:
    scene = Scene()
    scene.typist.emulator_changed(42, paused=True)
    scene.typist.type_text("v1", "1", "abc", scene.owner)
    scene.run()
    assert scene.typed == ""
    scene.typist.emulator_changed(42, paused=False)
    scene.run()
    assert scene.typed == "abc"


async def test_the_event_loop_types() -> None:
    scene, ended = Scene(rate=1000.0), asyncio.Event()

    class Waiting(Owner):
        def text_progress(self, progress: TextProgress) -> None:
            super().text_progress(progress)
            if progress.state != "typing":
                ended.set()

    owner = Waiting()
    scene.typist.type_text("v1", "1", "abc" * 20, owner)
    async with asyncio.timeout(30):
        await ended.wait()
    assert owner.last.state == "done"
    assert scene.typed == "abc" * 20


async def test_a_text_that_cannot_be_typed_at_all_is_done_with_nothing() -> None:
    scene = Scene()
    scene.typist.type_text("v1", "1", "Привет", scene.owner)
    assert scene.owner.last == TextProgress("1", 0, 0, "Привет", "done")


async def test_the_typist_goes_on_as_soon_as_the_mac_has_read() -> None:
    scene = Scene(counts=True)
    scene.typist.type_text("v1", "1", "x" * 40, scene.owner)
    assert scene.typed == "x" * (MAX_UNREAD_KEYS // 2)
    scene.reader.read = 10
    scene.typist.keys_read()
    assert scene.typed == "x" * (MAX_UNREAD_KEYS // 2 + 5)
    scene.typist.close()
    scene.typist.keys_read()


async def test_the_layout_changes_between_two_texts() -> None:
    emulator, extension, owner = RecordingEmulator(), RecordingExtension(layout="us", unread=0), Owner()
    typist = Typist(emulator, LayoutControl("us", extension), TypingPace(25.0, extension))
    extension.set_unread(MAX_UNREAD_KEYS)
    typist.type_text("v1", "1", "yy", owner)
    extension.set_unread(MAX_UNREAD_KEYS - 2)
    typist.set_layout("german")
    typist.type_text("v1", "2", "y", owner)
    extension.set_unread(1)
    assert (len(emulator.messages), extension.requested) == (4, [])
    extension.set_unread(0)
    assert (len(emulator.messages), extension.requested) == (4, ["german"])
    extension.set_layout("german")
    extension.set_unread(0)
    codes = [each.mac_keycode for each in emulator.messages if isinstance(each, Key) and each.down]
    assert codes == [0x10, 0x10, 0x06]
    assert owner.last.state == "done"
    typist.close()

"""Messages of a viewer's "input" channel, with parts around the handler that record what it does."""

import asyncio
import struct
import time
from dataclasses import replace

import pytest

from moof.ipc import Key, Mouse, Ping
from moof.server.audio.drift import DriftState, DriftStats
from moof.server.audio.pipeline import AudioFeedback, AudioStats
from moof.server.auth.roles import Role
from moof.server.config.kiosk_rules import KioskRules
from moof.server.emulator.emulator_states import NoStates
from moof.server.emulator.power import MachineControl
from moof.server.protocol.audio_report import PlaybackReport
from moof.server.protocol.keyboard_messages import Untypable
from moof.server.protocol.keymap import ARROW_DOWN
from moof.server.protocol.messages import AudioStatus, CodecOffer, ServerMessage
from moof.server.session.context import MediaOffer, PageLink, SessionContext
from moof.server.session.input_handler import InputHandler
from moof.server.session.kiosk import Kiosk
from moof.server.session.typist import Typist
from moof.server.viewers import ViewerRegistry
from support.playback_report import pack_report
from support.recording_emulator import RecordingEmulator
from support.recording_extension import RecordingExtension
from support.waiting import wait_until

REPORT = PlaybackReport(1.7e12, 48_000.0, 25.0, 20.0, 0, 0, 0)
KEY_DOWN = bytes([1, 1, 5, 0])
KEY_UP = bytes([1, 0, 5, 0])
SHIFT_DOWN = bytes([1, 1, 0x38, 0])
NO_KEYS = bytes([0x22, 0, 0, 0])
PING = bytes([4]) + bytes(15)


class RecordingAudio(AudioFeedback):
    """Keeps the playback reports."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, PlaybackReport]] = []
        self.left: list[str] = []

    def report(self, viewer: str, report: PlaybackReport) -> None:
        self.reports.append((viewer, report))

    def remove_viewer(self, viewer: str) -> None:
        self.left.append(viewer)

    def stats(self) -> AudioStats:
        pace = DriftStats(DriftState.FOLLOWING, "v1", 12.34, 12.0, 25.0, 0)
        return AudioStats(
            True, 44_100, 2, 50, 0, 0, 0, 1.0, 4.0, "real-time", 1.0, 2.0, 0.5, 0.25, 0.125, pace
        )


class RecordingPage(PageLink):
    """Keeps the messages to the page and the reasons for which the session was ended."""

    def __init__(self) -> None:
        self.messages: list[ServerMessage] = []
        self.reasons: list[str] = []

    def send(self, message: ServerMessage) -> None:
        self.messages.append(message)

    def disconnect(self, reason: str) -> None:
        self.reasons.append(reason)


class Scene:
    """An input handler and what it did."""

    def __init__(self, role: Role = Role.PLAYER) -> None:
        self.emulator = RecordingEmulator()
        self.audio = RecordingAudio()
        self.session = RecordingPage()
        offer = MediaOffer((CodecOffer("png", "PNG", "tiles"),), {})
        machine = MachineControl(self.emulator, None)
        self.viewers = ViewerRegistry()
        self.extension = RecordingExtension()
        typist = Typist(self.emulator)
        self.context = SessionContext(
            self.viewers, offer, self.emulator, machine, typist, self.audio, extension=self.extension
        )
        self.handler = InputHandler("v1", role, self.context, self.session)

    def second_handler(self) -> InputHandler:
        """Return the input handler of another viewer of the same Mac."""
        return InputHandler("v2", Role.PLAYER, self.context, RecordingPage())

    def mouse(self) -> list[tuple[int, int]]:
        """Return x and buttons of the mouse messages that the emulator received."""
        return [(each.x, each.buttons) for each in self.emulator.messages if isinstance(each, Mouse)]


def mouse(x: int, buttons: int) -> bytes:
    """Return an absolute mouse message."""
    return struct.pack("<BBBxHHd", 2, 0x10, buttons, x, 0, 0.0)


def test_keys_reach_the_emulator_and_are_released() -> None:
    scene = Scene()
    scene.handler.receive(KEY_DOWN, 0.0)
    scene.handler.release()
    scene.handler.release()
    assert scene.emulator.messages == [Key(5, down=True), Key(5, down=False)]


def wheel(dx: int, dy: int, flags: int = 0) -> bytes:
    """Return a wheel message; flag 0x01 asks for arrow keys if there is no wheel."""
    return struct.pack("<BB2xhh", 0x20, flags, dx, dy)


def test_wheel_turns_the_emulators_wheel() -> None:
    scene = Scene()
    scene.handler.receive(wheel(0, -120), 0.0)
    scene.handler.receive(wheel(7, 3, flags=1), 0.0)
    assert scene.extension.turns == [(0, -120), (7, 3)]
    assert scene.emulator.messages == []
    assert scene.viewers.last_input == "v1"


def test_wheel_presses_arrow_keys_only_if_there_is_no_wheel_and_the_page_asks_for_them() -> None:
    scene = Scene()
    scene.extension.wheel = False
    scene.handler.receive(wheel(0, 80), 0.0)
    assert scene.emulator.messages == []
    scene.handler.receive(wheel(0, 80, flags=1), 0.0)
    assert [each.mac_keycode for each in scene.emulator.messages if isinstance(each, Key)] == 4 * [ARROW_DOWN]


def test_a_viewer_does_not_turn_the_wheel() -> None:
    scene = Scene(Role.VIEWER)
    scene.handler.receive(wheel(0, -120), 0.0)
    assert scene.extension.turns == []


def test_input_of_a_viewer_role_is_counted_and_dropped_but_for_pings() -> None:
    scene = Scene(Role.VIEWER)
    assert scene.handler.pinged_at == float("inf")
    for message in (KEY_DOWN, b"invalid", PING):
        scene.handler.receive(message, 3.0)
    assert (scene.handler.ignored, scene.handler.pinged_at) == (2, 3.0)
    assert [type(message) for message in scene.emulator.messages] == [Ping]


@pytest.mark.parametrize("message", [b"", b"invalid", KEY_DOWN[:-1]])
def test_malformed_messages_are_dropped(message: bytes) -> None:
    scene = Scene()
    scene.handler.receive(message, 0.0)
    assert scene.emulator.messages == []


def test_more_input_than_any_page_sends_ends_the_session() -> None:
    scene = Scene()
    for number in range(600):
        scene.handler.receive(bytes([1, number % 2, 5, 0]), 0.0)
    assert scene.session.reasons == []
    scene.handler.receive(KEY_DOWN, 0.0)
    assert scene.session.reasons == ["You send more input than any keyboard and mouse."]
    scene.handler.receive(KEY_DOWN, 1.0)
    assert len(scene.session.reasons) == 1


def test_a_playback_report_is_answered_with_the_audio_status() -> None:
    scene = Scene()
    scene.handler.receive(pack_report(REPORT), 0.0)
    assert scene.audio.reports == [("v1", REPORT)]
    assert scene.session.messages == [AudioStatus("following", True, 12.3, 1.0, 0.5, 0.25, 0.12)]


def test_playback_reports_beyond_the_rate_limit_are_dropped() -> None:
    scene = Scene()
    for _ in range(100):
        scene.handler.receive(pack_report(REPORT), 0.0)
    assert len(scene.audio.reports) == 4


def test_a_malformed_playback_report_is_dropped() -> None:
    scene = Scene()
    scene.handler.receive(b"\x30", 0.0)
    scene.handler.receive(bytes([0x30]) + bytes([255]) * 39, 0.0)
    assert scene.audio.reports == []


def test_keys_and_mouse_but_not_modes_count_as_input() -> None:
    scene = Scene()
    scene.handler.receive(bytes([6, 0, 0, 0]), 0.0)  # a mode is no input
    assert scene.viewers.last_input == ""
    scene.handler.receive(KEY_DOWN, 0.0)
    assert scene.viewers.last_input == "v1"


def test_a_move_of_another_viewer_does_not_end_a_drag() -> None:
    scene = Scene()
    other = scene.second_handler()
    scene.handler.receive(mouse(1, 1), 0.0)
    other.receive(mouse(500, 0), 0.0)
    scene.handler.receive(mouse(2, 1), 0.0)
    assert scene.viewers.last_input == "v1"
    scene.handler.receive(mouse(3, 0), 0.0)
    other.receive(mouse(600, 0), 0.0)
    assert scene.mouse() == [(1, 1), (2, 1), (3, 0), (600, 0)]
    assert scene.viewers.last_input == "v2"
    assert other.ignored == 0


@pytest.mark.parametrize("by_message", [True, False], ids=["message", "silence"])
def test_releasing_a_refused_press_does_not_end_a_drag(by_message: bool) -> None:
    scene = Scene()
    other = scene.second_handler()
    scene.handler.receive(mouse(1, 1), 0.0)
    other.receive(mouse(500, 1), 0.0)
    other.receive(KEY_DOWN, 0.0)
    if by_message:
        other.receive(bytes([0x21, 0, 0, 0]), 0.0)
    else:
        other.release()
    assert scene.emulator.messages[1:] == [Key(5, down=True), Key(5, down=False)]
    assert scene.mouse() == [(1, 1)]


def test_releasing_what_a_viewer_holds_releases_the_pointer() -> None:
    scene = Scene()
    other = scene.second_handler()
    scene.handler.receive(mouse(1, 1), 0.0)
    scene.handler.release()
    other.receive(mouse(500, 1), 0.0)
    assert scene.mouse() == [(1, 1), (1, 0), (500, 1)]


async def test_held_keys_of_a_page_that_falls_silent_are_released_by_a_timer() -> None:
    scene = Scene()
    now = time.monotonic()
    scene.handler.receive(NO_KEYS, now)
    scene.handler.receive(KEY_DOWN, now)
    await asyncio.to_thread(wait_until, lambda: len(scene.emulator.messages) == 2, "the release")
    assert scene.emulator.messages == [Key(5, down=True), Key(5, down=False)]
    scene.handler.receive(KEY_UP, time.monotonic())
    assert len(scene.emulator.messages) == 2


class RecordingTimer:
    """Stands in for the event loop: keeps the delay of each timer, and how many were cancelled."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.cancelled = 0

    def call_later(self, delay: float, *_: object) -> "RecordingTimer":
        self.delays.append(delay)
        return self

    def cancel(self) -> None:
        self.cancelled += 1


def test_one_timer_runs_for_the_key_that_ages_first(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, timer = Scene(), RecordingTimer()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: timer)
    scene.handler.receive(NO_KEYS, 10.0)
    scene.handler.receive(SHIFT_DOWN, 10.0)
    scene.handler.receive(SHIFT_DOWN, 10.125)
    assert (timer.delays, timer.cancelled) == ([1.0], 0)
    scene.handler.receive(KEY_DOWN, 10.5)
    assert (timer.delays, timer.cancelled) == ([1.0, 0.25], 1)
    scene.handler.receive(KEY_DOWN, 10.625)
    assert (timer.delays, timer.cancelled) == ([1.0, 0.25], 1)


async def test_held_keys_are_released_by_their_age() -> None:
    scene = Scene()
    scene.handler.receive(NO_KEYS, 10.0)
    scene.handler.receive(KEY_DOWN, 10.0)
    scene.handler.release_aged(10.2)
    assert scene.emulator.messages == [Key(5, down=True)]
    scene.handler.receive(PING, 10.2)
    scene.handler.release_aged(10.4)
    assert [type(message) for message in scene.emulator.messages] == [Key, Ping]
    scene.handler.release_aged(10.5)
    assert scene.emulator.messages[-1] == Key(5, down=False)


def test_no_timer_runs_for_a_page_that_holds_no_key_or_sends_no_lists() -> None:
    scene = Scene()  # without an event loop a timer would raise RuntimeError
    scene.handler.receive(KEY_DOWN, 10.0)
    scene.handler.receive(KEY_UP, 10.0)
    scene.handler.receive(NO_KEYS, 10.0)
    scene.handler.release_aged(20.0)
    assert scene.emulator.messages == [Key(5, down=True), Key(5, down=False)]


def character(place: int, text: str) -> bytes:
    return bytes([0x23, place, 0, 0]) + text.encode()


def codes(scene: Scene) -> list[int]:
    """Return the codes of the keys that the emulator received, negative ones for releases."""
    keys = [each for each in scene.emulator.messages if isinstance(each, Key)]
    return [key.mac_keycode if key.down else -key.mac_keycode for key in keys]


def test_a_character_holds_its_key_until_the_place_is_released() -> None:
    scene = Scene()
    scene.handler.receive(character(0x10, "z"), 0.0)
    scene.handler.receive(character(0x10, "z"), 0.0)
    scene.handler.receive(bytes([1, 0, 0x10, 0]), 0.1)
    assert codes(scene) == [0x06, -0x06]
    assert scene.viewers.last_input == "v1"


def test_a_character_is_released_when_the_viewer_leaves() -> None:
    scene = Scene()
    scene.handler.receive(character(0x10, "Z"), 0.0)
    scene.handler.release()
    assert codes(scene) == [0x38, 0x06, -0x38, -0x06]


def test_the_page_is_told_what_cannot_be_typed_but_not_endlessly() -> None:
    scene = Scene()
    for number in range(100):
        scene.handler.receive(character(number % 2 or 0x10, "я"), 0.0)
    assert scene.session.messages == [Untypable("я", "us")] * 10
    assert codes(scene) == []


async def test_taps_and_the_keys_behind_them_keep_their_order() -> None:
    scene = Scene()
    for letter in "abcd":
        scene.handler.receive(character(0xFF, letter), 0.0)
    scene.handler.receive(character(0x10, "e"), 0.0)
    scene.handler.receive(bytes([1, 1, 0x24, 0]), 0.0)
    scene.handler.receive(bytes([1, 0, 0x24, 0]), 0.0)
    async with asyncio.timeout(30):
        while Key(0x24, down=False) not in scene.emulator.messages:  # noqa: ASYNC110  typing takes its time
            await asyncio.sleep(0.005)
    pressed = [each.mac_keycode for each in scene.emulator.messages if isinstance(each, Key) and each.down]
    assert pressed == [0x00, 0x0B, 0x08, 0x02, 0x0E, 0x24]


def test_a_tap_with_the_viewers_command_key_is_a_shortcut_at_once() -> None:
    scene = Scene()
    scene.handler.receive(bytes([1, 1, 0x37, 0]), 0.0)
    scene.handler.receive(character(0xFF, "Q"), 0.0)
    assert codes(scene) == [0x37, 0x0C, -0x0C]


def test_a_character_of_a_viewer_role_is_dropped() -> None:
    scene = Scene(Role.VIEWER)
    scene.handler.receive(character(0xFF, "Q"), 0.0)
    assert (codes(scene), scene.handler.ignored) == ([], 1)


def test_in_a_kiosk_a_visitors_first_press_begins_and_the_owners_is_the_macs() -> None:
    scene = Scene()
    kiosk = Kiosk(KioskRules("Museum"), NoStates())
    context = replace(scene.context, kiosk=kiosk)
    visitor = InputHandler("v1", Role.PLAYER, context, scene.session)
    visitor.receive(mouse(1, 0), 0.0)
    visitor.receive(KEY_DOWN, 0.0)
    assert scene.emulator.messages == []
    assert not kiosk.status.attract
    visitor.receive(KEY_DOWN, 1.0)
    assert scene.emulator.messages == [Key(5, down=True)]
    owners = Scene(Role.OWNER)
    context = replace(owners.context, kiosk=Kiosk(KioskRules("Museum"), NoStates()))
    InputHandler("v1", Role.OWNER, context, owners.session).receive(KEY_DOWN, 0.0)
    assert owners.emulator.messages == [Key(5, down=True)]

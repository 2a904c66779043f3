"""What a viewer's "input" channel brings, followed by a context that remembers."""

import pytest

from moof.ipc import Key, Message, Ping
from moof.server.audio.drift import DriftState, DriftStats
from moof.server.audio.pipeline import AudioStats
from moof.server.auth.tokens import Role
from moof.server.protocol.audio_report import PlaybackReport
from moof.server.protocol.messages import AudioStatus, CodecOffer
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.input_handler import InputHandler
from moof.server.viewers import ViewerRegistry
from support.playback_report import pack_report

REPORT = PlaybackReport(1.7e12, 48_000.0, 25.0, 20.0, 0, 0, 0)
KEY_DOWN = bytes([1, 1, 5, 0])
PING = bytes([4]) + bytes(15)


class SoundLoop:
    """The sound loop: remembers who reported what and who touched mouse or keyboard."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, PlaybackReport]] = []
        self.hands: list[str] = []
        self.left: list[str] = []

    def report(self, viewer: str, report: PlaybackReport) -> None:
        self.reports.append((viewer, report))

    def has_input(self, viewer: str) -> None:
        self.hands.append(viewer)

    def leave(self, viewer: str) -> None:
        self.left.append(viewer)

    def stats(self) -> AudioStats:
        pace = DriftStats(DriftState.FOLLOWING, "v1", 12.34, 12.0, 25.0, 0)
        return AudioStats(
            True, 44_100, 2, 50, 0, 0, 0, 1.0, 4.0, "real-time", 1.0, 2.0, 0.5, 0.25, 0.125, pace
        )


class Scene:
    """A hand, and what came of its messages."""

    def __init__(self, role: Role = Role.PLAYER) -> None:
        self.sent: list[Message] = []
        self.told: list[AudioStatus] = []
        self.sound = SoundLoop()
        offering = MediaOffer((CodecOffer("png", "PNG", "tiles"),), {})
        context = SessionContext(ViewerRegistry(), offering, self._send, lambda: None, self.sound)
        self.hand = InputHandler("v1", role, context, self.told.append)

    def _send(self, message: Message) -> bool:
        self.sent.append(message)
        return True


def test_keys_reach_the_emulator_and_are_released() -> None:
    scene = Scene()
    assert scene.hand.take(KEY_DOWN, 0.0)
    scene.hand.release()
    scene.hand.release()
    assert scene.sent == [Key(5, down=True), Key(5, down=False)]


def test_who_only_watches_is_counted_but_may_ping() -> None:
    scene = Scene(Role.VIEWER)
    assert scene.hand.pinged_at == float("inf")
    assert all(scene.hand.take(message, 3.0) for message in (KEY_DOWN, b"nonsense", PING))
    assert (scene.hand.ignored, scene.hand.pinged_at) == (2, 3.0)
    assert [type(message) for message in scene.sent] == [Ping]


@pytest.mark.parametrize("message", [b"", b"nonsense", KEY_DOWN[:-1]])
def test_nonsense_is_dropped(message: bytes) -> None:
    scene = Scene()
    assert scene.hand.take(message, 0.0)
    assert scene.sent == []


def test_more_than_a_hand_can_do_is_refused() -> None:
    scene = Scene()
    taken = [scene.hand.take(bytes([1, number % 2, 5, 0]), 0.0) for number in range(700)]
    assert (taken.count(True), taken[-1]) == (600, False)
    assert scene.hand.take(KEY_DOWN, 1.0)


def test_a_report_of_the_sound_is_answered_with_what_we_know() -> None:
    scene = Scene()
    scene.hand.take(pack_report(REPORT), 0.0)
    assert scene.sound.reports == [("v1", REPORT)]
    assert scene.told == [AudioStatus("following", True, 12.3, 1.0, 0.5, 0.25, 0.12)]


def test_a_flood_of_reports_is_cut() -> None:
    scene = Scene()
    for _ in range(100):
        scene.hand.take(pack_report(REPORT), 0.0)
    assert len(scene.sound.reports) == 4


def test_a_report_that_makes_no_sense_changes_nothing() -> None:
    scene = Scene()
    scene.hand.take(b"\x30", 0.0)
    scene.hand.take(bytes([0x30]) + bytes([255]) * 39, 0.0)
    assert scene.sound.reports == []


def test_who_uses_mouse_or_keyboard_is_the_one_to_follow() -> None:
    scene = Scene()
    scene.hand.take(bytes([6, 0, 0, 0]), 0.0)  # a mode is no input
    assert scene.sound.hands == []
    scene.hand.take(KEY_DOWN, 0.0)
    assert scene.sound.hands == ["v1"]

"""A recording that is played in real time, with the probe ROM."""

from collections.abc import Callable, Iterator

import pytest

from moof.ipc import CommandCode, State
from moof.mac.adb import KeyEvent
from moof.mac.headless import HeadlessMac
from moof.mac.input_replay import Replay
from moof.mac.recording import RecordingEnd, RecordingWriter, read_recording
from moof.mac.replay_thread import ReplayThread
from support.recording_listener import RecordingListener

WAIT = 60.0
PLACE = 0x8000
"""An address that the probe does not use."""


class Playing:
    """A short recording with its thread."""

    def __init__(self, image: bytes, repeat: bool) -> None:
        with HeadlessMac(image, ram_mb=1) as mac:
            mac.run(5)
            writer = RecordingWriter(mac.save_state())
        lines = writer.line(1, KeyEvent(2, True, 0)) + writer.line(3, RecordingEnd())
        self.listener = RecordingListener()
        self.replay = Replay(read_recording(writer.beginning + lines))
        self.thread = ReplayThread(self.replay, self.listener, repeat=repeat)

    def entered(self) -> State:
        return self.listener.states.get(timeout=WAIT)

    def end(self) -> None:
        self.thread.stop()
        self.replay.close()
        assert self.listener.failures == 0


@pytest.fixture
def play(probe_image: bytes) -> Iterator[Callable[..., Playing]]:
    made: list[Playing] = []

    def play_one(repeat: bool = False) -> Playing:
        made.append(Playing(probe_image, repeat))
        return made[-1]

    yield play_one
    for each in made:
        each.end()


def test_it_pauses_at_the_end_and_plays_again_when_asked(play: Callable[..., Playing]) -> None:
    playing = play()
    playing.thread.start()
    assert [playing.entered(), playing.entered()] == [State.RUNNING, State.PAUSED]
    assert (playing.replay.tick, playing.replay.mac.board.adb.save().down) == (3, frozenset({2}))
    for command in (CommandCode.RESUME, CommandCode.RESET, CommandCode.START):
        playing.replay.mac.memory.write32(PLACE, 4711)
        playing.thread.command(command)
        assert [playing.entered(), playing.entered()] == [State.RUNNING, State.PAUSED]
        assert (playing.replay.tick, playing.replay.mac.memory.read32(PLACE)) == (3, 0)


def test_it_is_switched_off_and_on(play: Callable[..., Playing]) -> None:
    playing = play(repeat=True)
    playing.thread.start()
    assert playing.entered() is State.RUNNING
    playing.thread.command(CommandCode.PAUSE)
    assert playing.entered() is State.PAUSED
    playing.thread.command(CommandCode.STOP)
    assert playing.entered() is State.STOPPED
    playing.thread.command(CommandCode.START)
    assert playing.entered() is State.RUNNING


def test_it_is_repeated(play: Callable[..., Playing], monkeypatch: pytest.MonkeyPatch) -> None:
    playing = play(repeat=True)
    restarted = []
    restart = playing.replay.restart

    def count() -> None:
        restarted.append(playing.replay.tick)
        restart()
        if len(restarted) == 3:
            playing.thread.command(CommandCode.PAUSE)

    monkeypatch.setattr(playing.replay, "restart", count)
    playing.thread.start()
    assert [playing.entered(), playing.entered()] == [State.RUNNING, State.PAUSED]
    assert restarted == [3, 3, 3]

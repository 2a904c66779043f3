"""Answers from parts of the server that are autospecs."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest

from moof.ipc import EmulatorInfo
from moof.server.audio.pipeline import AudioPipeline
from moof.server.config.options import LibraryPaths
from moof.server.emulator.link import EmulatorLink
from moof.server.emulator.power import MachineControl
from moof.server.emulator.supervisor import Supervisor
from moof.server.emulator.target import EmulatorTarget, NoSuchEmulatorError
from moof.server.http import backend
from moof.server.http.backend import ServerBackend
from moof.server.session.manager import SessionManager
from moof.server.session.typist import Typist
from moof.server.storage.library import FileLibrary
from moof.server.video.pipeline import VideoPipeline


class Parts:
    """The parts, and the backend in front of them."""

    def __init__(self, folder: Path, supervisor: Any = None) -> None:
        self.link = create_autospec(EmulatorLink, instance=True)
        self.video = create_autospec(VideoPipeline, instance=True)
        self.audio = create_autospec(AudioPipeline, instance=True)
        self.sessions = create_autospec(SessionManager, instance=True)
        machine = create_autospec(MachineControl, instance=True)
        library = FileLibrary.at(LibraryPaths(config_file=folder / "moof.toml"))
        self.backend = ServerBackend(
            self.link,
            self.video,
            self.audio,
            self.sessions,
            machine,
            library,
            EmulatorTarget(None),
            create_autospec(Typist, instance=True),
            supervisor,
        )


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(tmp_path)


@pytest.mark.parametrize(
    ("video", "audio", "error"),
    [
        (True, True, None),
        (False, True, "The thread for pictures has ended."),
        (False, False, "The thread for pictures and sound has ended."),
    ],
)
def test_health_is_that_of_the_threads(parts: Parts, video: bool, audio: bool, error: str | None) -> None:
    parts.video.alive, parts.audio.alive = video, audio
    assert parts.backend.health_error() == error


def test_note_is_empty_while_an_emulator_is_connected(parts: Parts) -> None:
    parts.link.status.connected = True
    assert parts.backend.note() == ""
    parts.link.status.connected = False
    assert parts.backend.note() == "Waiting for an emulator…"


def test_supervisors_note_and_output(tmp_path: Path) -> None:
    supervisor = create_autospec(Supervisor, instance=True)
    supervisor.note, supervisor.output = "It is being started.", ["one", "two"]
    parts = Parts(tmp_path, supervisor)
    parts.link.status.connected = False
    assert parts.backend.note() == "It is being started."
    assert parts.backend.output() == ("one", "two")
    assert Parts(tmp_path).backend.output() == ()


def test_attach_connects_to_a_running_emulator_only(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [EmulatorInfo(42, "/macemu-video-42", Path("/tmp/macemu-42.sock"), 1.5)]
    monkeypatch.setattr(backend, "find_emulators", lambda: found)
    with pytest.raises(NoSuchEmulatorError):
        parts.backend.attach(43)
    assert not parts.link.set_target.called
    parts.backend.attach(42)
    parts.link.set_target.assert_called_once_with(42)
    parts.link.start.assert_called_once_with()


async def test_many_screenshots_wait(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.backend._screenshotter, "take", lambda: b"PNG")
    for _ in range(int(backend._SCREENSHOT_BURST)):
        assert await parts.backend.screenshot() == b"PNG"
    parts.backend._screenshots.spend(1000)
    waiting = asyncio.create_task(parts.backend.screenshot())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()

"""Which layout counts: the emulator's, else what is assumed."""

import pytest

from moof.keyboard import LayoutError
from moof.server.protocol.keyboard_messages import KeyboardStatus
from moof.server.session import layout_control
from moof.server.session.layout_control import LayoutControl, LayoutStatusListener
from moof.token_bucket import TokenBucket
from support.recording_extension import RecordingExtension


class Recorder(LayoutStatusListener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bool]] = []

    def layout_status_changed(self, status: KeyboardStatus) -> None:
        self.seen.append((status.layout, status.settable))


def watched(
    name: str = "us", layout: str | None = None
) -> tuple[LayoutControl, RecordingExtension, Recorder]:
    extension, recorder = RecordingExtension(layout=layout), Recorder()
    control = LayoutControl(name, extension)
    control.add_listener(recorder)
    return control, extension, recorder


def test_a_layout_is_assumed_and_can_be_changed() -> None:
    control, extension, recorder = watched("german")
    assert (control.layout.name, control.status.settable) == ("german", False)
    control.request("french")
    assert control.layout.name == "french"
    assert recorder.seen == [("french", False)]
    assert extension.requested == []


def test_a_reported_layout_counts_until_its_emulator_ends() -> None:
    control, extension, recorder = watched("german")
    extension.set_layout("swedish")
    assert control.layout.name == "swedish"
    extension.set_layout(None)
    assert control.layout.name == "german"
    assert recorder.seen == [("swedish", True), ("german", False)]


def test_an_emulator_that_reports_its_layout_is_asked_for_another_one() -> None:
    control, extension, recorder = watched(layout="us")
    assert control.status.settable
    control.request("dvorak")
    assert (extension.requested, control.layout.name, recorder.seen) == (["dvorak"], "us", [])
    extension.set_layout("dvorak")
    assert recorder.seen == [("dvorak", True)]


def test_unknown_layouts_are_refused_or_ignored(caplog: pytest.LogCaptureFixture) -> None:
    control, extension, _ = watched()
    with pytest.raises(LayoutError):
        control.request("klingon")
    extension.set_layout("klingon")
    assert control.layout.name == "us"
    assert "unknown keyboard layout" in caplog.text
    with pytest.raises(LayoutError):
        LayoutControl("klingon")


async def test_of_a_flood_of_layouts_the_newest_one_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_control, "_REPORTS_PER_SECOND", 1e-6)
    control, extension, recorder = watched()
    for name in ["swedish", "german"] * 50 + ["french"]:
        extension.set_layout(name)
        assert control.layout.name == name
    assert len(recorder.seen) == 8
    assert control._reports.is_delayed
    control.close()
    assert not control._reports.is_delayed
    monkeypatch.setattr(control._reports, "_bucket", TokenBucket(1.0, 1.0))
    control._reports.request()
    assert recorder.seen[8:] == [("french", True)]

"""Which layout counts: the emulator's, else what is assumed."""

import pytest

from moof.keyboard import LayoutError
from moof.server.protocol.keyboard_messages import KeyboardStatus
from moof.server.session.layout_control import LayoutControl, LayoutSetter, LayoutStatusListener


class Extension(LayoutSetter):
    """An emulator's extension that records requests."""

    can_set_layout = True

    def __init__(self) -> None:
        self.requested: list[str] = []

    def request_layout(self, name: str) -> None:
        self.requested.append(name)


class Recorder(LayoutStatusListener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bool]] = []

    def layout_changed(self, status: KeyboardStatus) -> None:
        self.seen.append((status.layout, status.settable))


def watched(name: str = "us") -> tuple[LayoutControl, Recorder]:
    control, recorder = LayoutControl(name), Recorder()
    control.add_listener(recorder)
    return control, recorder


def test_a_layout_is_assumed_and_can_be_changed() -> None:
    control, recorder = watched("german")
    assert (control.layout.name, control.status.settable) == ("german", False)
    control.request("french")
    assert control.layout.name == "french"
    assert recorder.seen == [("french", False)]


def test_a_reported_layout_counts_until_its_emulator_ends() -> None:
    control, recorder = watched("german")
    control.reported("swedish")
    assert control.layout.name == "swedish"
    control.reported(None)
    assert control.layout.name == "german"
    assert recorder.seen == [("swedish", False), ("german", False)]


def test_an_emulator_that_sets_its_layout_is_asked_and_reports_it() -> None:
    control, recorder = watched()
    extension = Extension()
    control.set_setter(extension)
    assert control.status.settable
    control.request("dvorak")
    assert (extension.requested, control.layout.name, recorder.seen) == (["dvorak"], "us", [])
    control.reported("dvorak")
    assert recorder.seen == [("dvorak", True)]
    extension.can_set_layout = False
    assert not control.status.settable


def test_unknown_layouts_are_refused_or_ignored(
    caplog: pytest.LogCaptureFixture,
) -> None:
    control = LayoutControl()
    with pytest.raises(LayoutError):
        control.request("klingon")
    control.reported("klingon")
    assert control.layout.name == "us"
    assert "unknown keyboard layout" in caplog.text
    with pytest.raises(LayoutError):
        LayoutControl("klingon")

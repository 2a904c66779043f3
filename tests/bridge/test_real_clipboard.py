"""The clipboard of real programs behind the bridge: GTK and xterm."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.bridge.keycodes import EVDEV_KEYS, x_keycodes
from moof.extension import Capability, ClipboardText, ExtensionMessage, ExtensionSocket, connect_extension
from moof.ipc import Key, Mouse
from support.bridge_process import BridgeProcess, running_bridge
from support.waiting import wait_until

ADB = {name: adb for adb, code in x_keycodes().items() for name in EVDEV_KEYS if EVDEV_KEYS[name] + 8 == code}
TEXT = "Größe → 漢字"


@pytest.fixture(autouse=True)
def programs() -> None:
    """Fail with what to install if a program is missing."""
    for name in ("xterm", "zenity"):
        if shutil.which(name) is None:
            pytest.fail(f"The bridge's tests need {name}: apt install {name}", pytrace=False)


@contextlib.contextmanager
def clipboard(running: BridgeProcess) -> Iterator[ExtensionSocket]:
    """Connect to the bridge's extension socket."""
    extension = connect_extension(running.process.pid, Capability)
    assert extension is not None
    with contextlib.closing(extension):
        extension.flush()
        wait_until(lambda: extension.receive() == [] and extension.greeted, "the hello")
        assert extension.shares(Capability.CLIPBOARD)
        yield extension


def give(extension: ExtensionSocket, text: str) -> None:
    extension.put(ClipboardText(text))
    extension.flush()


def press_with_control(running: BridgeProcess, name: str) -> None:
    running.send(Key(ADB["leftctrl"], down=True))
    running.press(ADB[name])
    running.send(Key(ADB["leftctrl"], down=False))


def test_gtk_pastes_a_text_and_what_it_copies_is_reported(tmp_path: Path) -> None:
    first, second = "zenity --entry --text Paste", f"zenity --entry --text Copy --entry-text '{TEXT}'"
    script = (
        f"cd {tmp_path}; until grep -q . pasted; do {first} > pasted; done; while sleep 1; do {second}; done"
    )
    with running_bridge(tmp_path, program=("sh", "-c", script)) as running, clipboard(running) as extension:
        give(extension, TEXT)
        pasted, received = tmp_path / "pasted", list[ExtensionMessage]()

        def has_pasted() -> bool:
            """Paste in place of all: the window, or the text, may come later than the keys."""
            press_with_control(running, "a")
            press_with_control(running, "v")
            running.press(ADB["enter"])
            return bool(pasted.exists() and pasted.read_text().strip())

        wait_until(has_pasted, "the pasted text", poll_seconds=0.5)
        assert pasted.read_text() == TEXT + "\n"

        def has_copied() -> bool:
            press_with_control(running, "a")
            press_with_control(running, "c")
            received.extend(extension.receive())
            return ClipboardText(TEXT) in received

        wait_until(has_copied, "the copied text", poll_seconds=0.5)


def test_xterm_pastes_by_the_middle_button(tmp_path: Path) -> None:
    program = ("xterm", "-u8", "-e", "sh", "-c", f"head -n 1 > {tmp_path}/typed; sleep 1000")
    with running_bridge(tmp_path, options=("--no-sandbox",), program=program) as running:
        running.wait_for_size(484, 316)
        with clipboard(running) as extension:
            give(extension, "pasted\n")
            typed = tmp_path / "typed"

            def has_pasted() -> bool:
                for buttons in (0, 4, 0):
                    running.send(Mouse(100, 100, buttons, absolute=True))
                return bool(typed.exists() and typed.read_text())

            wait_until(has_pasted, "the line", poll_seconds=0.5)
            assert typed.read_text() == "pasted\n"

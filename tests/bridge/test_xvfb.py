"""The private X server: access, start and end."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
import xcffib

from moof.bridge.errors import BridgeError, DisplayError
from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb, authority_entry, new_cookie
from moof.bridge.xwd import map_framebuffer
from moof.ipc import is_process_alive


def test_authority_entry_is_for_any_display() -> None:
    assert authority_entry(b"k" * 16) == b"\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10" + b"k" * 16


def test_cookies_differ() -> None:
    assert new_cookie() != new_cookie()


async def test_framebuffer_exists_until_the_end(tmp_path: Path) -> None:
    display = Xvfb(tmp_path, 320, 200)
    await display.start()
    assert map_framebuffer(display.framebuffer).shape == (200, 320)
    assert display.environment()["DISPLAY"] == display.name
    await display.end()
    assert not is_process_alive(display.pid)
    assert not display.framebuffer.exists()


async def test_only_clients_with_the_cookie_can_connect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    display = Xvfb(tmp_path, 320, 200)
    await display.start()
    assert display.authority.stat().st_mode & 0o777 == 0o600
    screen = XDisplay(display.name, display.authority)
    assert (screen.width, screen.height) == (320, 200)
    screen.close()
    (tmp_path / "empty").touch()
    monkeypatch.setenv("XAUTHORITY", str(tmp_path / "empty"))
    with pytest.raises(xcffib.ConnectionException):
        xcffib.connect(display.name)
    with pytest.raises(BridgeError, match="cannot be used"):
        XDisplay(display.name, tmp_path / "empty")
    await display.end()


@pytest.mark.parametrize("opengl", [True, False])
async def test_a_display_has_opengl_unless_it_starts_without(tmp_path: Path, opengl: bool) -> None:
    display = Xvfb(tmp_path, 320, 200, opengl=opengl)
    await display.start()
    screen = XDisplay(display.name, display.authority)
    found = screen.connection.core.QueryExtension(len("GLX"), "GLX").reply().present
    assert bool(found) is opengl
    screen.close()
    await display.end()


async def test_displays_that_start_at_once_have_numbers_of_their_own(tmp_path: Path) -> None:
    displays = []
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        displays.append(Xvfb(tmp_path / name, 320, 200))
    await asyncio.gather(*(display.start() for display in displays))
    assert len({display.name for display in displays}) == 3
    for display in displays:
        XDisplay(display.name, display.authority).close()
        await display.end()


async def test_wait_returns_at_its_end(tmp_path: Path) -> None:
    display = Xvfb(tmp_path, 320, 200)
    await display.start()
    os.kill(display.pid, signal.SIGKILL)
    await display.wait()
    assert display.socket.exists()
    await display.end()
    assert not display.socket.exists()


async def test_failed_start_is_an_error_with_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "Xvfb"
    broken.write_text("#!/bin/sh\necho out of memory\nexit 1\n")
    broken.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DisplayError, match="Xvfb did not start: out of memory"):
        await Xvfb(tmp_path, 320, 200).start()


async def test_missing_xvfb_is_an_error_that_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BridgeError, match="apt install xvfb"):
        await Xvfb(tmp_path, 320, 200).start()

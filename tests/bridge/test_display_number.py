"""Numbers of X displays, beside real X servers of others."""

from __future__ import annotations

import os
import random
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moof.bridge import display_number
from moof.bridge.display_number import free_numbers, is_free, remove_leftover, socket_path
from moof.bridge.errors import BridgeError
from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb
from support.waiting import wait_until

OTHER_NAMESPACE = ("unshare", "--map-root-user", "--net")


@contextmanager
def users_server(*prefix: str) -> Iterator[int]:
    """Run an X server of the user's own, started with a number as startx does; yield the number."""
    while True:
        number = random.randrange(2000, 9000)
        if is_free(number) and is_free(number + 1):
            break
    command = [*prefix, "Xvfb", f":{number}", "-screen", "0", "320x200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: not is_free(number) and answers(number), "the user's X server")
            yield number
        finally:
            process.terminate()


def answers(number: int) -> bool:
    """Return whether something accepts connections at a display's socket file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(socket_path(number)))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("prefix", [(), OTHER_NAMESPACE])
async def test_a_private_display_leaves_the_users_own_alone(prefix: tuple[str, ...], tmp_path: Path) -> None:
    """Also one in another network namespace with the same /tmp, as in a container."""
    with users_server(*prefix) as number:
        before = socket_path(number).stat().st_ino
        display = Xvfb(tmp_path, 320, 200, numbers=range(number, number + 2))
        await display.start()
        assert display.name == f":{number + 1}"
        XDisplay(display.name, display.authority).close()
        await display.end()
        assert not display.socket.exists()
        assert socket_path(number).stat().st_ino == before
        assert answers(number)
        with pytest.raises(BridgeError, match="Xvfb did not start"):
            await Xvfb(tmp_path, 320, 200, numbers=range(number, number + 1)).start()


def test_lock_files_and_listeners_occupy_a_number_and_leftovers_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display_number, "SOCKETS", tmp_path)
    monkeypatch.setattr(display_number, "_LOCKS", tmp_path)
    (tmp_path / ".X7-lock").touch()
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as ended:
        listener.bind(str(tmp_path / "X8"))
        listener.listen()
        ended.bind(str(tmp_path / "X9"))
    assert sorted(free_numbers(range(7, 11))) == [8, 9, 10]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "X10"))
        listener.listen()
        assert sorted(free_numbers(range(7, 11))) == [8, 9]


def test_what_another_users_killed_server_left_occupies_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that user can remove the socket from /tmp, and Xvfb cannot start beside it."""
    monkeypatch.setattr(display_number, "SOCKETS", tmp_path)
    monkeypatch.setattr(display_number, "_LOCKS", tmp_path)
    with socket.socket(socket.AF_UNIX) as ended:
        ended.bind(str(tmp_path / "X7"))
    (tmp_path / "X8").touch()
    (tmp_path / "X9").symlink_to("nowhere")
    assert list(free_numbers(range(7, 10))) == [7]
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert list(free_numbers(range(7, 10))) == []
    remove_leftover(tmp_path / "X7")
    assert (tmp_path / "X7").exists()


def test_only_what_a_killed_server_left_is_removed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as ended:
        listener.bind(str(tmp_path / "X8"))
        listener.listen()
        ended.bind(str(tmp_path / "X9"))
        ended.close()
        for number in (7, 8, 9):
            remove_leftover(tmp_path / f"X{number}")
        assert [path.name for path in tmp_path.iterdir()] == ["X8"]

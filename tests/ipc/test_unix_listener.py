import os
import socket
import stat
from pathlib import Path

import pytest

from moof.ipc.errors import IpcError
from moof.ipc.unix_listener import listen, remove_stale


def test_socket_of_an_earlier_process_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    path = tmp_path / "moof-1.sock"
    listen(path, 1).close()
    with listen(path, 1) as listener, socket.socket(socket.AF_UNIX) as client:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        client.connect(str(path))
        listener.accept()[0].close()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_path_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(IpcError, match=r"nowhere/moof\.sock"):
        listen(tmp_path / "nowhere" / "moof.sock", 1)


def test_error_names_the_owner_of_a_file_that_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(IpcError, match=f"cannot be removed.*; it belongs to user {owner}"):
        remove_stale(tmp_path)

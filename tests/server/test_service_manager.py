import secrets
import socket
from pathlib import Path

import pytest

from moof.server.service_manager import notify


@pytest.mark.parametrize("abstract", [False, True])
def test_state_is_sent_to_the_socket(abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"@moof-{secrets.token_hex(4)}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0"))
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        assert notify("READY=1")
        assert manager.recv(100) == b"READY=1"
    assert not notify("STOPPING=1"), "the socket is closed"


@pytest.mark.parametrize("address", ["", "relative"])
def test_nothing_is_sent_without_a_service_manager(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify("READY=1")

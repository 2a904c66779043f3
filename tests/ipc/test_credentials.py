"""The user id of a peer is what the kernel reports."""

import os
import socket

import pytest

from moof.ipc.credentials import is_same_user


def test_only_the_same_user_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = socket.socketpair()
    with left, right:
        assert is_same_user(left)
        uid = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
        assert not is_same_user(left)

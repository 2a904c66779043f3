"""Peers are recognised by the kernel's word for their user."""

import os
import socket

import pytest

from moof.ipc.credentials import is_same_user


def test_only_our_own_user_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = socket.socketpair()
    with left, right:
        assert is_same_user(left)
        uid = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
        assert not is_same_user(left)

"""The filter of system calls: made by libseccomp, handed on in a file in memory, none without the library."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from moof.process import syscall_filter
from moof.process.syscall_filter import compiled_filter, filter_descriptor

INSTRUCTION_BYTES = 8  # struct sock_filter
ATTEMPTS = """
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
print(libc.ptrace(0, 0, 0, 0), ctypes.get_errno() == errno.EPERM)
print(libc.syscall(435, 0, 0), ctypes.get_errno() == errno.ENOSYS)
try:
    socket.socket(socket.AF_PACKET)
except OSError as error:
    print(error.errno == errno.EAFNOSUPPORT)
socket.socket(socket.AF_UNIX).close()
os.waitpid(os.fork() or os._exit(0), 0)
"""


@pytest.fixture(autouse=True)
def not_remembered() -> Iterator[None]:
    compiled_filter.cache_clear()
    yield
    compiled_filter.cache_clear()


def test_refused_calls_fail_and_others_work() -> None:
    program = compiled_filter()
    assert program is not None
    assert len(program) % INSTRUCTION_BYTES == 0
    descriptor = filter_descriptor(program)
    bwrap = ["bwrap", "--dev-bind", "/", "/", "--seccomp", str(descriptor), "--"]
    words = [*bwrap, sys.executable, "-c", ATTEMPTS]
    try:
        found = subprocess.run(
            words, pass_fds=[descriptor], capture_output=True, text=True, check=True, timeout=30
        )
    finally:
        os.close(descriptor)
    assert found.stdout.split() == ["-1", "True", "-1", "True", "True"]


def test_no_library_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscall_filter, "_LIBRARY", "libno-such-library.so.1")
    assert compiled_filter() is None


def test_call_that_the_library_does_not_know_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscall_filter, "REFUSED", ("no_such_call", "ptrace"))
    assert compiled_filter() is not None

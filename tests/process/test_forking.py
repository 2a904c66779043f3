"""The forking side alone, with a socket of the test's; both sides together are in test_forkserver.py."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from moof.process.forking import REPORT

FORKS = f"""
import sys
sys.path[:0] = {sys.path!r}
from moof.process import serve_forks
serve_forks()
sys.exit(7)
"""
TIMEOUT = 30.0


@pytest.fixture
def requests() -> Iterator[socket.socket]:
    """Start the forking side; return the socket for requests and reports."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, subprocess.Popen([sys.executable, "-c", FORKS], stdin=theirs.fileno()) as process:
        theirs.close()
        ours.settimeout(TIMEOUT)
        yield ours
        ours.close()
        assert process.wait(TIMEOUT) == 0, "it exits when the socket is closed"


def test_start_and_end_of_each_process_are_reported(requests: socket.socket) -> None:
    for _ in range(2):
        requests.send(b"f")
        ended, pid, _ = REPORT.unpack(requests.recv(REPORT.size))
        assert not ended
        assert REPORT.unpack(requests.recv(REPORT.size)) == (True, pid, 7)


def test_standard_input_must_be_a_socket() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKS], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Standard input" in done.stderr

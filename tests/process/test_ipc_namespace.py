"""Real namespaces: a segment of System V shared memory is seen by those who are in its namespace alone."""

import subprocess
import sys

from moof.process.ipc_namespace import can_own_ipc, entering_ipc, own_ipc

CREATE = """
import ctypes, sys
libc = ctypes.CDLL(None)
print(libc.shmget(0x4D6F6F66, 4096, 0o1600), flush=True)
sys.stdin.readline()
"""
FIND = "import ctypes, sys; sys.exit(ctypes.CDLL(None).shmget(0x4D6F6F66, 0, 0) < 0)"


def finds(before: list[str]) -> bool:
    return subprocess.run([*before, sys.executable, "-c", FIND], check=False).returncode == 0


def test_segment_is_seen_inside_the_namespace_and_not_outside() -> None:
    assert can_own_ipc()
    command = own_ipc([sys.executable, "-c", CREATE])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert int(first.stdout.readline()) >= 0
        assert finds(entering_ipc(first.pid))
        assert not finds([])
        first.communicate("\n")
    assert not finds([])

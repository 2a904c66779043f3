"""The forking side of a fork server: a process that has loaded everything and forks on request.

Its standard input is a SOCK_SEQPACKET socket. Each message that forkserver.py sends requests one process;
each start and each end of a process is answered with a REPORT.
"""

import gc
import os
import select
import signal
import socket
import stat
import struct
import sys
from typing import Final

from moof.process.parent_death import signal_at_parent_death

REPORT: Final = struct.Struct("<?ii")
"""Whether the process has ended, its id, its exit status (negative: a signal)."""


def serve_forks() -> None:
    """Fork on each request; return in the new process, which leads its own session and process group.

    The calling process must have one thread only. In it this never returns: it exits when the requesting side
    closes the socket.
    """
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        raise SystemExit("Standard input must be the socket of a fork server.")
    gc.collect()
    gc.freeze()  # so that the collector does not write to the pages that all forked processes share
    requests = socket.socket(fileno=0)
    children: dict[int, int] = {}  # process ids by pidfd
    poll = select.poll()
    poll.register(requests, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready in children:
                poll.unregister(ready)
                os.close(ready)
                _reap(requests, children.pop(ready))
            elif not requests.recv(1):
                raise SystemExit(0)
            elif (pid := _fork(requests)) == 0:
                requests.detach()
                _release_parent(children)
                return
            else:
                pidfd = os.pidfd_open(pid)
                children[pidfd] = pid
                poll.register(pidfd, select.POLLIN)


def _fork(requests: socket.socket) -> int:
    """Fork and report it; the child leads its own session and gets SIGTERM when this process ends.

    The child waits for the report: who reads a line of its output already knows its process id, and does not
    signal the fork server in its place.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    unreported, reported = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(reported)
        os.read(unreported, 1)  # returns when the parent has closed the other end, or has ended
        if not signal_at_parent_death(parent, signal.SIGTERM):
            os._exit(128 + signal.SIGTERM)
    else:
        requests.send(REPORT.pack(False, pid, 0))
        os.close(reported)
    os.close(unreported)
    return pid


def _release_parent(siblings: dict[int, int]) -> None:
    """Close what belongs to the parent: pidfds, and the socket, which is standard input."""
    for pidfd in siblings:
        os.close(pidfd)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _reap(requests: socket.socket, pid: int) -> None:
    """Reap a process and report its exit status."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(sys.stdout.fileno(), b"\n")  # it may have ended within a line
    requests.send(REPORT.pack(True, pid, status))

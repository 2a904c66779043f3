"""The process that loads everything once and forks for each that is wanted; forkserver.py tells it when.

Its standard input is a socket, SOCK_SEQPACKET. Each message there asks for one process; what becomes of them
is told as NEWS.
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

from .parent_death import signal_at_parent_death

NEWS: Final = struct.Struct("<?ii")
"""Whether it has ended, its process id, its exit status (negative: a signal)."""


def serve_forks() -> None:
    """Return in a new process, leader of a group of its own, each time one is wanted.

    The process that calls this must have one thread only. It stays here, and ends when nobody is left who
    could want another one.
    """
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        raise SystemExit("Standard input must be the socket of whoever wants processes.")
    gc.collect()
    gc.freeze()  # what is loaded by now stays as it is, and is shared by all that are forked
    wishes = socket.socket(fileno=0)
    children: dict[int, int] = {}  # process ids by pidfd
    poll = select.poll()
    poll.register(wishes, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready in children:
                poll.unregister(ready)
                os.close(ready)
                _reap(wishes, children.pop(ready))
            elif not wishes.recv(1):
                raise SystemExit(0)
            elif (pid := _fork()) == 0:
                wishes.detach()
                _stand_alone(children)
                return
            else:
                pidfd = os.pidfd_open(pid)
                children[pidfd] = pid
                poll.register(pidfd, select.POLLIN)
                wishes.send(NEWS.pack(False, pid, 0))


def _fork() -> int:
    """Fork; the child is tied to our life and leads its own session."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if not signal_at_parent_death(parent, signal.SIGTERM):
            os._exit(128 + signal.SIGTERM)
    return pid


def _stand_alone(siblings: dict[int, int]) -> None:
    """Let go of what belongs to the parent: pidfds, and the socket, which is standard input."""
    for pidfd in siblings:
        os.close(pidfd)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _reap(wishes: socket.socket, pid: int) -> None:
    """Reap a process and tell its exit status."""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(sys.stdout.fileno(), b"\n")  # it may have ended in the middle of a line
    wishes.send(NEWS.pack(True, pid, status))

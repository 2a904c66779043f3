"""Run a command that must not outlive its parent: `python parent_death.py PARENT_PID SIGNAL COMMAND…`.

It runs as a script before a command where util-linux's setpriv, which takes a seventh of the processor time,
cannot do so (bound_command.py), and imports only the standard library so that this takes little time. The
setting (prctl's PR_SET_PDEATHSIG) survives exec; it is made there instead of in a `preexec_fn` so that no
Python code runs in the forked copy of a process with many threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_CANNOT_EXECUTE = 126
_NOT_FOUND = 127


def signal_at_parent_death(parent: int, number: int) -> bool:
    """Have the kernel send this signal when the parent ends; return False if it has ended already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    return os.getppid() == parent


def main(arguments: list[str]) -> int:
    """Execute the command; return an exit status as a shell's if that fails."""
    parent, number, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if not signal_at_parent_death(parent, number):
        return 128 + number
    try:
        os.execvp(command[0], command)
    except FileNotFoundError:
        print(f"There is no command {command[0]}.", file=sys.stderr)
        return _NOT_FOUND
    except OSError as error:
        print(f"{command[0]} cannot be started: {error.strerror}.", file=sys.stderr)
        return _CANNOT_EXECUTE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

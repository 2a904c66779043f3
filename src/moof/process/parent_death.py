"""Run a command that must not outlive the process that started it:
`python parent_death.py PARENT_PID SIGNAL COMMAND…`.

Run as a script, and kept to the standard library, because it stands between us and an emulator at every
start. The wish to be told of the parent's death (prctl's PR_SET_PDEATHSIG) survives exec;
asking for it here instead of in a `preexec_fn` keeps Python code out of the forked copy of a process
with many threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_CANNOT_EXECUTE = 126
_NOT_FOUND = 127


def signal_at_parent_death(parent: int, number: int) -> bool:
    """Get this signal when our parent dies; False if it has died already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    return os.getppid() == parent


def main(arguments: list[str]) -> int:
    """Become the command, or return an exit status as a shell would when there is no such command."""
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

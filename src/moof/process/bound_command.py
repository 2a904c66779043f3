"""The command line of a child process that must not outlive its parent (PR_SET_PDEATHSIG, prctl(2)).

util-linux's setpriv makes the setting, and a shell checks that the parent still runs: 2 ms of processor time.
Where that cannot be had, or the command is missing, a Python script takes 14 (parent_death.py).
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from moof.process import parent_death

_SIGNALED: Final = 128
_PROBE_SECONDS: Final = 10.0
# Python ignores these two signals, and so does what it starts: a program survives a closed connection.
_SHELL: Final = 'trap "" PIPE XFSZ; [ "$PPID" = "$0" ] || exit {status}; exec "$@"'


def bound_command(
    words: Sequence[str], number: signal.Signals, variables: Mapping[str, str], parent: int | None = None
) -> list[str]:
    """Return the words that run a command which gets a signal when a process ends (`parent`; None: this one).

    If that has ended already, the command is not run. `variables` are its environment.
    """
    parent = os.getpid() if parent is None else parent
    programs = setting_programs()
    if programs is not None and shutil.which(words[0], path=variables.get("PATH")):
        setpriv, shell = programs
        script = _SHELL.format(status=_SIGNALED + number)
        name = number.name.removeprefix("SIG")
        return [setpriv, "--pdeathsig", name, "--", shell, "-c", script, str(parent), *words]
    return [
        sys.executable,
        "-I",
        "-S",
        str(Path(parent_death.__file__)),
        str(parent),
        str(int(number)),
        *words,
    ]


@cache
def setting_programs() -> tuple[str, str] | None:
    """Return setpriv, if it can make the setting (util-linux 2.34 or newer), and the shell; tried once."""
    setpriv, shell = shutil.which("setpriv"), shutil.which("sh")
    if setpriv is None or shell is None:
        return None
    try:
        tried = subprocess.run(
            [setpriv, "--pdeathsig", "TERM", "--", shell, "-c", ":"],
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (setpriv, shell) if tried.returncode == 0 else None

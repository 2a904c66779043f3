"""Whether this machine lets a program run in a sandbox, tried with an empty one, and why not."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from moof.process.sandbox import BWRAP, Sandbox, home_inside

NOT_INSTALLED: Final = "bubblewrap is not installed (apt install bubblewrap)"
_NO_PROC: Final = "Can't mount proc"
_SECONDS: Final = 10.0
_APPARMOR: Final = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_MOST_NAMESPACES: Final = Path("/proc/sys/user/max_user_namespaces")
_CONTAINERS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


@cache
def why_no_sandbox() -> str:
    """Return why there can be no sandbox, in words; empty if there can."""
    if shutil.which(BWRAP) is None:
        return NOT_INSTALLED
    command = [*Sandbox().arguments(Path("/"), home_inside(os.environ)), "/bin/sh", "-c", ":"]
    try:
        tried = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be run: {error}"
    return explain(tried.stderr) if tried.returncode else ""


def explain(message: str) -> str:
    """Return what bubblewrap's message means on this machine."""
    if _number(_APPARMOR) == 1:
        return (
            "AppArmor keeps users from creating namespaces (Ubuntu: apt install apparmor-profiles, link "
            "/usr/share/apparmor/extra-profiles/bwrap-userns-restrict into /etc/apparmor.d, reload AppArmor)"
        )
    if _number(_MOST_NAMESPACES) == 0:
        return "the kernel lets no user create namespaces (sysctl user.max_user_namespaces is 0)"
    if _NO_PROC in message:
        return (
            "no other /proc can be mounted, because parts of this one are covered (by a container, or by "
            "ProtectKernelTunables= of a systemd unit)"
        )
    last = next(iter(reversed(message.strip().splitlines())), "no message")
    if any(path.exists() for path in _CONTAINERS):
        return f"this container may not create namespaces ({last}); the container itself is the sandbox"
    return f"bubblewrap cannot create one ({last})"


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None

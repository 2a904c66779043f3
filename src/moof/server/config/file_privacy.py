"""Files that hold secrets or say what is started: who may read them, and who may change them.

As ssh does with its own: a file that others can change is not used, a secret that others can read neither.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

MAX_SECRET_BYTES: Final = 4096
_SECRET_WORDS: Final = ("PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "API_KEY")


class FilePrivacyError(ValueError):
    """A file is not as private as its contents require; the text says what to do."""


def check_writers(path: Path, status: os.stat_result) -> None:
    """Raise FilePrivacyError if somebody else can change a file whose commands are run.

    The group may, if it is this process's own: on many systems that is a group of one user.
    """
    if not stat.S_ISREG(status.st_mode):
        return
    by_group = status.st_mode & stat.S_IWGRP and status.st_gid != os.getegid()
    if by_group or status.st_mode & stat.S_IWOTH:
        raise FilePrivacyError(f"Others may change {path}, which says what is started: chmod go-w it.")


def exposed_secrets(path: Path, values: Mapping[str, Any], variables: Iterable[str]) -> list[str]:
    """Return the settings of moof.toml that are secrets, if others may read the file.

    `values` are its settings, `variables` the names in emulators' environments.
    """
    try:
        if not path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            return []
    except OSError:
        return []
    servers = values.get("ice_server", [])
    servers = servers if isinstance(servers, list) else [servers]
    found = ["ice_server"] if any("@" in str(each) for each in servers) else []
    found += [name for name in ("publish",) if values.get(name)]
    return found + [name for name in variables if any(word in name.upper() for word in _SECRET_WORDS)]


def read_secret(path: Path) -> str:
    """Return a file's text without the spaces around it. Raises FilePrivacyError, or OSError."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode & 0o077:
            raise FilePrivacyError(f"Others may read the secret in {path}: chmod 600 it.")
        if status.st_uid not in (0, os.geteuid()):
            raise FilePrivacyError(f"{path} belongs to another user, who knows the secret in it.")
        data = file.read(MAX_SECRET_BYTES + 1)
    try:
        text = data.decode().strip()
    except UnicodeDecodeError as error:
        raise FilePrivacyError(f"The secret in {path} is not text.") from error
    if not text or len(data) > MAX_SECRET_BYTES:
        raise FilePrivacyError(f"{path} has no secret of 1 to {MAX_SECRET_BYTES} bytes.")
    return text

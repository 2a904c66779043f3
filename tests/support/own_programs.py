"""A machine on which only some programs are installed, and a home without anybody's files."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from moof.process import why_no_sandbox


def install_only(names: Iterable[str], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing on the PATH but programs of these names, which do nothing."""
    why_no_sandbox()  # its answer is kept: it is to be that about this machine
    folder = home / "bin"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))

"""Debian's hfsutils, a second reader of the HFS volumes that Moof makes."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HfsTools:
    """The tools with one volume mounted; `home` is where they note that."""

    home: Path

    def run(self, *words: str) -> bytes:
        """Run one of them; return what it prints. Raises CalledProcessError."""
        environment = {**os.environ, "HOME": str(self.home)}
        return subprocess.run(words, env=environment, capture_output=True, check=True).stdout

    def mount(self, image: Path) -> str:
        """Mount an image; return what is said of it."""
        return self.run("hmount", str(image)).decode()

    def names(self) -> list[bytes]:
        """Return the Mac Roman names in the volume's root, with those of hidden files."""
        return self.run("hls", "-1", "-a", "-N").splitlines()

    def read(self, name: str) -> bytes:
        """Return a file's data fork."""
        copy = self.home / "copy"
        self.run("hcopy", "-r", f":{name}", str(copy))
        return copy.read_bytes()

    def macbinary(self, name: str) -> bytes:
        """Return a file with both forks, its type and its creator as MacBinary."""
        copy = self.home / "copy"
        self.run("hcopy", "-m", f":{name}", str(copy))
        return copy.read_bytes()

"""Which video codecs the last page's browser accepted, in a file for `moof doctor`."""

import json
from pathlib import Path

import platformdirs

from moof.atomic_file import replace_file


class LastBrowserFile:
    """The file with the codecs of the last SDP answer. Its methods read and write the disk."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None is a file in the platform's folder for state."""
        self._path = path or platformdirs.user_state_path("moof") / "browser.json"

    def store(self, codecs: tuple[str, ...]) -> None:
        """Store the names of the codecs, in the browser's order; nothing is written if they are the same.

        A disk that cannot be written is ignored: the file only helps `moof doctor`.
        """
        try:
            if self.codecs() != codecs:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(self._path, json.dumps({"codecs": codecs}).encode())
        except OSError:
            pass

    def codecs(self) -> tuple[str, ...] | None:
        """Return the stored codecs, None if there are none."""
        try:
            return tuple(map(str, json.loads(self._path.read_bytes())["codecs"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

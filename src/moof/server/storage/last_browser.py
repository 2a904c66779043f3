"""Which of our codecs the last page's browser took; kept in a file for `moof doctor`. Light."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from moof.atomic_file import replace_file


@dataclass(frozen=True, slots=True)
class Browser:
    """The video codecs of its answer, in its order."""

    codecs: tuple[str, ...]


def remember(browser: Browser, file: Path | None = None) -> None:
    """Keep a browser; a disk that refuses is no reason to stop. Nothing is written when nothing changed."""
    file = file or _file()
    try:
        if last_browser(file) != browser:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, json.dumps(asdict(browser)).encode())
    except OSError:
        pass


def last_browser(file: Path | None = None) -> Browser | None:
    """Return the browser that was kept, None if there is none."""
    try:
        fields = json.loads((file or _file()).read_bytes())
        return Browser(tuple(map(str, fields["codecs"])))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _file() -> Path:
    return platformdirs.user_state_path("moof") / "browser.json"

"""Opens the page in the desktop's browser (`moof run --open`).

The address is an argument of a program, which other users of this machine can read: so it never has a token.
The page is opened where this user needs none.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from typing import Final

from moof.cli.terminal import terminal

_PROGRAMS: Final = ("xdg-open", "wslview")
"""Programs that open an address in the desktop's browser: of freedesktop.org, and of WSL (wslu)."""
_ANSWER_SECONDS: Final = 10.0


def open_page(url: str) -> None:
    """Open the page in the background, or print why it is not opened. `url` may have a token."""
    threading.Thread(target=_open, args=(url,), name="open-page", daemon=True).start()


def open_running_page(url: str) -> bool:
    """Open the page of a Moof that runs already; return whether there is one that this user may use."""
    return _is_open_to_this_user(url) and _start_browser(url)


def _open(url: str) -> None:
    page = url.partition("?")[0]
    if not _is_open_to_this_user(page):
        terminal.print("Open it yourself: whoever opens this page needs its token.")
    elif not _start_browser(page):
        terminal.print(f"Open it yourself: there is no {' or '.join(_PROGRAMS)} (apt install xdg-utils).")


def _is_open_to_this_user(page: str) -> bool:
    """Return whether the server answers requests of this user that have no token."""
    import urllib.request  # takes 20 ms

    try:
        with urllib.request.urlopen(f"{page}api/me", timeout=_ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _start_browser(page: str) -> bool:
    """Let the desktop open the page, and wait for its program; return whether there is one.

    It has a session of its own: Ctrl-C ends Moof and not the browser.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        return False
    quiet = subprocess.DEVNULL
    subprocess.run(
        [program, page], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=False
    )
    return True

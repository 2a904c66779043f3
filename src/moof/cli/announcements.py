"""What Moof's commands print when the server listens."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import typer

from moof.cli.serverflags import ServerFlags
from moof.cli.terminal import terminal


def announcement(flags: ServerFlags) -> Callable[[str], None]:
    """Return what is done with the page's address once the server listens."""
    from moof.cli.page_opener import open_page

    announce = announce_kiosk if flags.kiosk else announce_page

    def announce_and_open(url: str) -> None:
        announce(url)
        open_page(url)

    return announce_and_open if flags.open else announce


def announce_page(url: str) -> None:
    """Print the page's address, on its own line so that scripts can read it.

    It has a token that makes whoever opens it the owner; the browser is then signed in.
    """
    typer.echo(f"Open {url}")
    terminal.print("Ctrl-C ends it.", style="dim")


def announce_kiosk(url: str) -> None:
    """Print the page's address for the owner, and the one without a token that visitors open."""
    announce_page(url)
    visitors = url.partition("?")[0]
    terminal.print(f"For visitors: {visitors} (other computers need a link, see moof tokens)", soft_wrap=True)


def announce_to_hub(url: str) -> None:
    """Print below which path the Mac is served; the Hub signs in, so its log gets no token."""
    typer.echo(f"JupyterHub's users open this Mac below {urlsplit(url).path}")

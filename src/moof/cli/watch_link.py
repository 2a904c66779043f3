"""`moof watch-link`: the address of the page on which many watch."""

from __future__ import annotations

import time
from typing import Annotated, Final

import typer

from moof.cli.durations import parse_duration
from moof.cli.terminal import fail, terminal
from moof.cli.tokens import TokenFile, token_store

_NAME: Final = "Watchers"


def watch_link(
    address: Annotated[
        str, typer.Option("--address", help="The page's address as watchers open it.")
    ] = "http://127.0.0.1:8080/",
    expires: Annotated[
        str, typer.Option("--expires", help="How long the link is valid: 90s, 15m, 12h, 7d, 4w or never.")
    ] = "never",
    token_file: TokenFile = None,
) -> None:
    """Print a link for any number of watchers: whoever opens it sees and hears the Mac, and does no more.

    The server must publish to a Janus: moof run --publish ws://HOST:8188/. The link has a token with the role
    viewer, which moof tokens lists and withdraws.
    """
    from moof.server.auth.record_file import TokenError
    from moof.server.auth.roles import Role

    if not address.startswith(("http://", "https://")) or "?" in address or "#" in address:
        fail(f"--address {address}: http://HOST/ or https://HOST/, with the page's path.")
    try:
        store = token_store(token_file)
        _, secret = store.add(Role.VIEWER, _NAME, time.time(), parse_duration(expires))
    except ValueError as error:
        fail(f"{error}.")
    except TokenError as error:
        fail(str(error))
    typer.echo(f"{address.rstrip('/')}/watch?token={secret}")
    terminal.print("moof tokens lists the link, moof tokens remove withdraws it.", style="dim")

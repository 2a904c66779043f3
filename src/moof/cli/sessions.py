"""`moof sessions`: who has signed in."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moof.cli.durations import ago, until
from moof.cli.terminal import fail, terminal
from moof.cli.text_table import text_table
from moof.cli.tokens import TokenFile, chosen_token_file

if TYPE_CHECKING:
    from moof.server.auth.login_sessions import LoginSession, LoginSessions

sessions = typer.Typer(
    name="sessions",
    help="""List who has signed in, and sign people out.

    A browser that has signed in keeps a login session, which expires after 30 days without use, or with the
    token that it was made from. Ending it disconnects its open pages within a second; to keep a person out,
    withdraw their token, too: moof tokens remove.
    """,
)


@sessions.callback(invoke_without_command=True)
def sessions_command(context: typer.Context) -> None:
    """List the login sessions if there is no other command."""
    if context.invoked_subcommand is None:
        list_sessions()


@sessions.command("list")
def list_sessions(token_file: TokenFile = None) -> None:
    """List the login sessions: id, role, name of the token, address, last use (to the minute), expiry."""
    now = time.time()
    present = _valid(token_file, now)
    if not present:
        terminal.print("Nobody has signed in.")
        return
    rows = [
        (
            each.id,
            each.role.value,
            each.name,
            each.address,
            ago(each.made, now),
            ago(each.last_seen, now),
            until(each.expires, now),
        )
        for each in present
    ]
    for line in text_table(("ID", "ROLE", "NAME", "ADDRESS", "MADE", "LAST SEEN", "EXPIRES"), rows):
        typer.echo(line)


@sessions.command()
def end(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Ids, as moof sessions lists them.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="End all of them, your own included.")] = False,
    token_file: TokenFile = None,
) -> None:
    """Sign people out. Pages that are open are disconnected within a second."""
    from moof.server.auth.record_file import TokenError

    if bool(ids) == everybody:
        fail("Give the ids of login sessions, as moof sessions lists them, or --all.")
    logins = _logins(token_file)
    known = {each.id for each in logins.sessions}
    unknown = sorted(set(ids or ()) - known)
    try:
        logins.remove(known if everybody else known & set(ids or ()))
    except TokenError as error:
        fail(str(error))
    if unknown:
        fail(f"There is no login session {', '.join(unknown)}; moof sessions lists them.")


def _valid(token_file: Path | None, now: float) -> Collection[LoginSession]:
    from moof.server.auth.credential_store import Credentials
    from moof.server.auth.record_file import TokenError

    try:
        return Credentials.at(chosen_token_file(token_file)).logins(now)
    except TokenError as error:
        fail(str(error))


def _logins(token_file: Path | None) -> LoginSessions:
    from moof.server.auth.credential_store import SESSIONS_FILE
    from moof.server.auth.login_sessions import LoginSessions
    from moof.server.auth.record_file import TokenError

    logins = LoginSessions(chosen_token_file(token_file).with_name(SESSIONS_FILE))
    try:
        logins.reload()
    except TokenError as error:
        fail(str(error))
    return logins

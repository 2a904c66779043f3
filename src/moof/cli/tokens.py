"""`moof tokens`: the tokens with which people and scripts sign in."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moof.cli.durations import ago, parse_duration, until
from moof.cli.terminal import fail, terminal
from moof.cli.text_table import text_table
from moof.server.config.settings import SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from moof.server.auth.token_store import NamedToken, TokenStore

TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", help="The file of tokens, if it is another one (or MOOF_TOKEN_FILE)."),
]

tokens = typer.Typer(
    name="tokens",
    help="""List, make and withdraw tokens.

    A token lets a person or a script use this Mac in a role: an owner may do everything, a player uses mouse
    and keyboard, a viewer watches. Whoever opens the page's address with /?token=TOKEN, or gives the token
    on the page, is signed in; a script sends Authorization: Bearer TOKEN.

    The address that Moof prints at its start has a token of its own: for yourself you need none of these.

    Try: moof tokens add --role viewer --name "Room 3" --expires 7d
    """,
)


@tokens.callback(invoke_without_command=True)
def tokens_command(context: typer.Context) -> None:
    """List the tokens if there is no other command."""
    if context.invoked_subcommand is None:
        list_tokens()


@tokens.command("list")
def list_tokens(token_file: TokenFile = None) -> None:
    """List the tokens: id, role, name, when it was made, when it expires, and how often it was used.

    Uses are counted only of tokens that were made with --uses.

    Tokens themselves are shown when they are made, and kept nowhere.
    """
    store = token_store(token_file)
    if not store.tokens:
        terminal.print("There are no tokens. Make one: moof tokens add --role viewer --name NAME")
        return
    now = time.time()
    rows = [
        (each.id, each.role.value, each.name, ago(each.made, now), until(each.expires, now), uses_text(each))
        for each in store.tokens
    ]
    for line in text_table(("ID", "ROLE", "NAME", "MADE", "EXPIRES", "USED"), rows):
        typer.echo(line)


@tokens.command()
def add(
    name: Annotated[str, typer.Option("--name", help='Whom or what it is for, such as "Room 3".')],
    role: Annotated[str, typer.Option("--role", help="owner, player or viewer.")] = "viewer",
    expires: Annotated[
        str, typer.Option("--expires", help="How long it is valid: 90s, 15m, 12h, 7d, 4w or never.")
    ] = "never",
    uses: Annotated[
        int | None,
        typer.Option("--uses", help="How many times people may sign in with it; without this, any number."),
    ] = None,
    token_file: TokenFile = None,
) -> None:
    """Make a token and print it. This is the only time: it is kept as a hash.

    A running server knows it within half a second. Example: moof tokens add --role player --name Ann
    A token with --uses is for people alone: a script cannot send it.
    """
    from moof.server.auth.record_file import TokenError
    from moof.server.auth.roles import Role

    if role not in [each.value for each in Role]:
        fail(f"--role {role}: {', '.join(each.value for each in Role)}.")
    try:
        _, secret = token_store(token_file).add(Role(role), name, time.time(), parse_duration(expires), uses)
    except ValueError as error:
        fail(f"{error}.")
    except TokenError as error:
        fail(str(error))
    typer.echo(secret)
    hint = f"Put /?token={secret} behind the page's address: whoever opens it is signed in."
    terminal.print(hint, style="dim", soft_wrap=True)


@tokens.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, as moof tokens lists them.")],
    token_file: TokenFile = None,
) -> None:
    """Withdraw tokens. Whoever signed in with them is signed out, pages that are open within a second."""
    from moof.server.auth.record_file import TokenError

    store = token_store(token_file)
    try:
        unknown = [each for each in ids if not store.remove(each)]
    except TokenError as error:
        fail(str(error))
    if unknown:
        fail(f"There is no token {', '.join(unknown)}; moof tokens lists them.")


def uses_text(token: NamedToken) -> str:
    """Return how often a token was used, "" if nobody counts."""
    return "" if token.uses is None else f"{token.used} of {token.uses}"


def chosen_token_file(option: Path | None) -> Path:
    """Return the file of tokens: the option's, or where `moof run` has it without that option."""
    from moof.server.auth.credential_store import default_token_file

    variable = os.environ.get("MOOF_TOKEN_FILE")
    if option is not None or variable:
        return option or Path(variable or "")
    try:
        named = read_settings(settings_file()).values.get("token_file")
    except SettingsError as error:
        fail(str(error))
    return Path(named) if isinstance(named, str) else default_token_file()


def token_store(token_file: Path | None) -> TokenStore:
    """Return the tokens as they are in the file. Exits with a sentence if it cannot be read."""
    from moof.server.auth.record_file import TokenError
    from moof.server.auth.token_store import TokenStore

    store = TokenStore(chosen_token_file(token_file))
    try:
        store.reload()
    except TokenError as error:
        fail(str(error))
    return store

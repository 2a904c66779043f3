"""From where the server listens to who may come in, and to the address that people open."""

from typing import Final
from urllib.parse import quote

import platformdirs

from .access import AccessRules
from .doors import Doors
from .tokens import Tokens, load_tokens

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def access_rules(doors: Doors, page_port: int, most_upload: int) -> AccessRules:
    """Return the rules for these doors; tokens are made if there are none yet. Raises TokenError."""
    names = frozenset(name.lower() for name in doors.names)
    return AccessRules(
        doors.host, page_port, _tokens(doors), names, doors.certificate is not None, most_upload
    )


def page_address(rules: AccessRules, word: str | None = None) -> str:
    """Return the page's address; with the player's token, or another `word`, if one is needed."""
    host = _ANY.get(rules.host, rules.host)
    scheme = "https" if rules.tls else "http"
    page = f"{scheme}://{f'[{host}]' if ':' in host else host}:{rules.page_port}/"
    if rules.tokens is None:
        return page
    return f"{page}?token={quote(word or rules.tokens.player)}"


def _tokens(doors: Doors) -> Tokens | None:
    if not doors.guarded:
        return None
    return load_tokens(doors.token_file or platformdirs.user_data_path("moof") / "tokens.json")

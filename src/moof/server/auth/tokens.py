"""The tokens of both roles: created once, and kept in a file that only its owner can read."""

import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file

_BYTES: Final = 24
_MIN_LENGTH: Final = 16
"""Characters of a token that a person wrote into the file."""


class TokenError(Exception):
    """The file of tokens is invalid or unreadable; the text says why."""


class NotAllowedError(Exception):
    """The sender's role does not include what it asked for."""


class Role(Enum):
    """What the sender of a request may do: a player everything, a viewer only watch and listen."""

    PLAYER = "player"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One secret for each role."""

    player: str
    viewer: str

    @classmethod
    def new(cls) -> "Tokens":
        """Return random tokens."""
        return cls(secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES))

    def role_of(self, token: str) -> Role | None:
        """Return a token's role, None for a wrong one; the time taken does not depend on its contents."""
        presented = token.encode(errors="replace")
        player = hmac.compare_digest(presented, self.player.encode())
        viewer = hmac.compare_digest(presented, self.viewer.encode())
        return Role.PLAYER if player else Role.VIEWER if viewer else None


def load_tokens(path: Path) -> Tokens:
    """Return the tokens in the file; creates the file if it does not exist. Raises TokenError."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            tokens = Tokens.new()
            replace_file(path, json.dumps(asdict(tokens), indent=1).encode())
            return tokens
        _check_privacy(path)
        fields = json.loads(path.read_bytes())
        tokens = Tokens(fields["player"], fields["viewer"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TokenError(f"{path} cannot be used ({error}); delete it for new tokens.") from error
    if not all(isinstance(each, str) and len(each) >= _MIN_LENGTH for each in (tokens.player, tokens.viewer)):
        raise TokenError(f"The tokens in {path} are too short; delete the file for new ones.")
    if tokens.player == tokens.viewer:
        raise TokenError(f"Both tokens in {path} are the same; delete the file for new ones.")
    return tokens


def _check_privacy(path: Path) -> None:
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise TokenError(f"{path} belongs to another user; delete it.")
    if status.st_mode & 0o077:
        raise TokenError(f"Others may read {path}: chmod 600 it, or better delete it for new tokens.")

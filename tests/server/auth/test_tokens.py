import json
from pathlib import Path

import pytest

from moof.server.auth.tokens import Role, TokenError, Tokens, load_tokens


def test_tokens_are_created_once_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "tokens.json"
    tokens = load_tokens(file)
    assert load_tokens(file) == tokens
    assert file.stat().st_mode & 0o777 == 0o600
    assert tokens.player != tokens.viewer != load_tokens(tmp_path / "other.json").viewer


def test_role_of_a_token() -> None:
    tokens = Tokens.new()
    assert tokens.role_of(tokens.player) is Role.PLAYER
    assert tokens.role_of(tokens.viewer) is Role.VIEWER
    for wrong in ("", "x", tokens.player[:-1], tokens.player + "x", "é", "\ud800"):
        assert tokens.role_of(wrong) is None


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"[]",
            b"\xff",
            b"{}",
            b'{"player": 1, "viewer": 2}',
            b'{"player": "a", "viewer": "b"}',
        ),
        json.dumps({"player": "x" * 32, "viewer": "x" * 32}).encode(),
    ],
)
def test_invalid_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tokens.json"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(TokenError, match=r"delete|short|same"):
        load_tokens(file)


def test_file_that_others_may_read_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    load_tokens(file)
    file.chmod(0o644)
    with pytest.raises(TokenError, match="chmod 600"):
        load_tokens(file)

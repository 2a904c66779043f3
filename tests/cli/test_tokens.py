"""`moof tokens` as a process; what the server makes of the changes is in tests/server/test_app.py."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "tokens.json"
    monkeypatch.setenv("MOOF_TOKEN_FILE", str(file))
    return file


def test_a_token_is_made_listed_and_removed(moof_command: MoofCommand, file: Path) -> None:
    made = moof_command("tokens", "add", "--role", "player", "--name", "Room 3", "--expires", "7d")
    assert made.returncode == 0
    secret = made.stdout.strip()
    assert f"/?token={secret}" in made.stderr
    store = TokenStore(file)
    store.reload()
    token = store.find_secret(secret)
    assert token is not None
    assert (token.role, token.name, (token.expires or 0) - token.made) == (Role.PLAYER, "Room 3", 604_800)
    head, line = moof_command("tokens").stdout.splitlines()
    assert head.split() == ["ID", "ROLE", "NAME", "MADE", "EXPIRES", "USED"]
    assert re.split(r"  +", line) == [token.id, "player", "Room 3", "just now", "in 7 d"]
    assert moof_command("tokens", "remove", token.id).returncode == 0
    answer = moof_command("tokens", "remove", token.id)
    assert (answer.returncode, f"no token {token.id}" in answer.stderr) == (2, True)
    assert "There are no tokens" in moof_command("tokens", "list").stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--name", "x", "--role", "admin"], "--role admin: owner, player, viewer."),
        (["--name", "x", "--expires", "soon"], "must be a duration like"),
        (["--name", " "], "1 to 60 characters"),
        (["--name", "x", "--uses", "0"], "1 to 10000 uses"),
    ],
)
@pytest.mark.usefixtures("file")
def test_an_impossible_token_is_explained(moof_command: MoofCommand, words: list[str], sentence: str) -> None:
    answer = moof_command("tokens", "add", *words)
    assert answer.returncode == 2
    assert sentence in " ".join(answer.stderr.split())


def test_a_file_that_cannot_be_used_is_explained(moof_command: MoofCommand, file: Path) -> None:
    file.write_text("{")
    file.chmod(0o600)
    answer = moof_command("tokens")
    assert (answer.returncode, "cannot be used" in answer.stderr) == (2, True)


def test_the_file_may_be_named_in_moof_toml(
    moof_command: MoofCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "moof.toml").write_text(f'token_file = "{tmp_path / "mine.json"}"\n')
    monkeypatch.setenv("MOOF_CONFIG", str(tmp_path / "moof.toml"))
    assert moof_command("tokens", "add", "--name", "x").returncode == 0
    assert (tmp_path / "mine.json").exists()


def test_uses_are_set_and_listed(moof_command: MoofCommand, file: Path) -> None:
    assert moof_command("tokens", "add", "--name", "Class", "--uses", "30").returncode == 0
    store = TokenStore(file)
    store.reload()
    (token,) = store.tokens
    store.use(token.id)
    _, line = moof_command("tokens").stdout.splitlines()
    assert re.split(r"  +", line)[-1] == "1 of 30"

"""The link for watchers."""

from pathlib import Path

import pytest
import typer

from moof.cli.tokens import token_store
from moof.cli.watch_link import watch_link


def test_a_link_has_a_new_token_for_viewers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens.json"
    watch_link("https://mac.example/m/", "7d", file)
    link = capsys.readouterr().out.strip()
    address, _, secret = link.partition("?token=")
    assert address == "https://mac.example/m/watch"
    (token,) = token_store(file).tokens
    assert (token.role.value, token.name) == ("viewer", "Watchers")
    assert secret not in file.read_text()


@pytest.mark.parametrize("address", ["mac.example", "ftp://mac/", "http://mac/?token=x", "http://mac/#x"])
def test_other_addresses_are_refused(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        watch_link(address, "never", tmp_path / "tokens.json")
    assert "--address" in capsys.readouterr().err


def test_a_wrong_duration_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        watch_link("http://mac/", "soon", tmp_path / "tokens.json")
    assert "soon" in capsys.readouterr().err

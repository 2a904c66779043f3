"""Sources of options: defaults < moof.toml < environment < command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from moof.cli.commands import file_values
from moof.cli.option_groups import option, option_names, takes


@dataclass(frozen=True)
class Flags:
    port: Annotated[int, option("A port.", min=0)] = 1
    name: Annotated[list[str] | None, option("Names.")] = None
    loud: Annotated[bool, option("Noise.")] = False


app = typer.Typer()


@app.callback()
def root(context: typer.Context) -> None:
    context.default_map = {"show": {"port": 2, "loud": True}}


@app.command()
@takes(flags=Flags)
def show(flags: Flags, other: Annotated[int, typer.Option("--other")] = 5) -> None:
    """Print them."""
    typer.echo(f"{flags.port} {flags.name} {flags.loud} {other}")


@pytest.mark.parametrize(
    ("words", "environment", "shown"),
    [
        ([], {}, "2 None True 5"),
        ([], {"MOOF_PORT": "3", "MOOF_LOUD": "0"}, "3 None False 5"),
        (["--port", "4", "--no-loud"], {"MOOF_PORT": "3"}, "4 None False 5"),
        (["--name", "a", "--name", "b", "--other", "6"], {}, "2 ['a', 'b'] True 6"),
    ],
)
def test_precedence_of_sources(words: list[str], environment: dict[str, str], shown: str) -> None:
    result = CliRunner().invoke(app, ["show", *words], env=environment)
    assert result.output.strip() == shown


def test_the_names_of_options() -> None:
    assert option_names(Flags) == ["port", "name", "loud"]


def test_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "moof.toml"
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    assert file_values() == {}
    file.write_text("http_port = 9000\nram = 16\n")
    assert file_values() == {"http_port": 9000, "ram": 16}
    for wrong in ("htp_port = 9000", "a = "):
        file.write_text(wrong)
        with pytest.raises(typer.Exit):
            file_values()

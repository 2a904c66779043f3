"""The command line's choice of a sandbox: what it adds, what is refused, and what is said without one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import typer

from moof import process
from moof.cli.sandbox_choice import SandboxChoice
from moof.process import Sandbox


def applied(choice: SandboxChoice, sandbox: Sandbox, program: str) -> Sandbox | None:
    """Return a program's sandbox, as commands make it."""
    return choice.added_to(sandbox) if choice.is_possible(program) else None


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "why_no_sandbox", lambda: "bubblewrap is not installed")


def test_what_is_shared_is_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path.parent)
    choice = SandboxChoice("required", (Path(tmp_path.name),), network=True)
    assert choice.words() == ["--sandbox", "required", "--share", str(tmp_path), "--network"]
    found = applied(choice, Sandbox(writable=(Path("/a"),)), "mac")
    assert found == Sandbox(writable=(Path("/a"), tmp_path), network=True)


def test_recipe_decides_about_the_network_unless_it_is_chosen() -> None:
    for chosen, by_recipe, has in ((None, True, True), (None, False, False), (False, True, False)):
        choice = SandboxChoice(network=chosen)
        assert choice.has_network(by_recipe) is has
        found = applied(choice, Sandbox(network=by_recipe), "mac")
        assert found is not None
        assert found.network is has


def test_held_offline_it_has_no_network_or_does_not_start() -> None:
    held = SandboxChoice("auto", (Path("/usr"),), network=None).held_offline()
    assert held == SandboxChoice("required", (Path("/usr"),), network=False)
    assert held.words() == ["--sandbox", "required", "--share", "/usr", "--no-network"]


def test_off_is_none() -> None:
    assert applied(SandboxChoice("off"), Sandbox(), "mac") is None
    assert SandboxChoice().words() == []


@pytest.mark.usefixtures("no_bubblewrap")
def test_without_bubblewrap_the_emulator_runs_and_a_warning_says_how(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert applied(SandboxChoice(), Sandbox(), "/opt/mac") is None
    assert "mac runs WITHOUT a sandbox" in caplog.text
    assert "bubblewrap is not installed" in caplog.text


@pytest.mark.usefixtures("no_bubblewrap")
def test_required_sandbox_that_cannot_be_had_ends_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        applied(SandboxChoice("required"), Sandbox(), "mac")
    assert "mac cannot run in a sandbox: bubblewrap is not installed." in capsys.readouterr().err


def test_flatpak_keeps_its_own_sandbox(caplog: pytest.LogCaptureFixture) -> None:
    assert applied(SandboxChoice(), Sandbox(), "/usr/bin/flatpak") is None
    assert "Flatpak has a sandbox of its own" in caplog.text

"""`moof bridge` as a user types it, and the command line that starts it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from moof.bridge.hot_keys import HotKey
from moof.bridge.limits import Limits
from moof.cli import bridge as command
from moof.cli.sandbox_choice import SandboxChoice
from moof.process import EXIT_STATUS_CANNOT_RUN, ForkServer

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_recipes_are_listed(moof_command: MoofCommand) -> None:
    answer = moof_command("bridge", "--list")
    assert answer.returncode == 0
    for name in command.recipe_names():
        assert f"\n{name}\n" in f"\n{answer.stdout}"
    assert all(line.startswith("    ") or " " not in line for line in answer.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "explanation"),
    [
        ((), "Give a command to run"),
        (("--mouse", "magic", "--", "true"), "--mouse magic: absolute, relative, click."),
        (("--swallow", "ctrl+x2", "--", "true"), "--swallow: ctrl+x2: there is no key 'x2'."),
        (("--emulator", "none-of-them"), "none-of-them"),
        (("--no-such-option",), "moof: No such option: --no-such-option"),
        (("--memory-limit", "3", "--", "true"), "moof: Invalid value for '--memory-limit'"),
        (("--no-sandbox", "--", "no-such-program"), "there is no program no-such-program"),
        (("--sandbox", "maybe", "--", "true"), "--sandbox maybe: auto, required, off."),
        (("--share", "/no/such/folder", "--", "true"), "/no/such/folder: there is no such file or folder"),
    ],
)
def test_wrong_option_is_explained(
    moof_command: MoofCommand, words: tuple[str, ...], explanation: str
) -> None:
    answer = moof_command("bridge", *words)
    assert answer.returncode == EXIT_STATUS_CANNOT_RUN
    assert explanation in answer.stderr.splitlines()[-1]  # which the server shows


def test_options_of_a_command() -> None:
    options = command.bridge_options(None, None, ["mac", "-x"], "Mac", "relative", ["f12"])
    assert options.swallow == (HotKey.parse("f12"),)
    assert (list(options.command), options.title, options.mouse.value) == (["mac", "-x"], "Mac", "relative")


async def test_a_forked_bridge_shows_its_program_a_file_that_was_put_back(tmp_path: Path) -> None:
    """The process that is forked has read its options before the file was there."""
    disk = tmp_path / "disk"
    lines: asyncio.Queue[str] = asyncio.Queue()
    program = ["sh", "-c", f"test -e {disk} && echo found || echo missing"]
    command = [
        "sh",
        "-c",
        'exec "$@" 2>&1',
        "sh",
        sys.executable,
        "-m",
        "moof",
        "bridge",
        "--standby",
        "--",
        *program,
    ]
    server = ForkServer(command, lines.put_nowait)

    async def answer() -> str:
        server.fork()
        async with asyncio.timeout(30):
            while not (line := (await lines.get()).strip()).startswith("sh: "):
                pass
        return line

    try:
        assert await answer() == "sh: missing"
        disk.touch()
        assert await answer() == "sh: found"
    finally:
        await server.end(30.0)


def test_command_line_has_what_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "check_recipe", lambda emulator, file: "hatari")
    plain = [sys.executable, "-m", "moof", "bridge", "--emulator", "hatari"]
    held = ["--sandbox", "required", "--no-network"]
    default = command.bridge_command("hatari", None, [], Limits(None, None), False)
    assert (default.words, default.offline) == ([*plain, *held], True)
    everything = command.bridge_command("hatari", Path("/rom"), ["-f"], Limits(64, 2), True)
    limits = ["--memory-limit", "64", "--cpus", "2"]
    assert everything.words == [*plain, "--emulator-file", "/rom", *limits, *held, "--verbose", "--", "-f"]
    choice = SandboxChoice("off", (Path("/usr"),), network=True)
    chosen = command.bridge_command("hatari", None, [], Limits(None, None), False, choice)
    assert chosen.words == [*plain, "--sandbox", "off", "--share", "/usr", "--network"]


@pytest.mark.parametrize(
    ("choice", "sandbox", "network", "offline"),
    [
        (SandboxChoice(), True, False, True),
        (SandboxChoice(), True, True, False),
        (SandboxChoice(), False, False, False),
        (SandboxChoice("required"), True, False, True),
        (SandboxChoice("off"), True, False, False),
        (SandboxChoice(network=True), True, False, False),
    ],
)
def test_offline_is_a_sandbox_without_network(
    monkeypatch: pytest.MonkeyPatch, choice: SandboxChoice, sandbox: bool, network: bool, offline: bool
) -> None:
    monkeypatch.setattr(command, "check_recipe", lambda emulator, file: "hatari")
    monkeypatch.setattr(command, "_recipe_network", lambda emulator: network)
    monkeypatch.setattr("moof.process.why_no_sandbox", lambda: "" if sandbox else "none here")
    assert command.bridge_command("hatari", None, [], Limits(None, None), False, choice).offline is offline


def test_emulator_without_a_recipe_ends_the_command() -> None:
    with pytest.raises(typer.Exit):
        command.bridge_command("none-of-them", None, [], Limits(None, None), False)

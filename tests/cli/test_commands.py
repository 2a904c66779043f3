"""The `moof` command itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import typer

import moof
from moof.cli.commands import COMMANDS, command_line
from moof.process import EXIT_STATUS_CANNOT_RUN

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_without_a_command_it_prints_the_help(moof_command: MoofCommand) -> None:
    answer = moof_command()
    assert answer.returncode == 0
    for command in ("run", "serve", "emulator"):
        assert command in answer.stdout


def test_ctrl_c_ends_it_without_a_traceback_also_while_it_loads() -> None:
    interrupted = (
        "import sys, moof.cli, signal, os\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'moof.cli.commands':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "moof.cli.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", interrupted], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "")


def test_version(moof_command: MoofCommand) -> None:
    assert moof_command("--version").stdout.strip() == f"moof {moof.__version__}"


def test_a_working_directory_that_was_removed_is_explained(tmp_path: Path) -> None:
    script = 'cd "$1" && rmdir "$1" && exec "$2" -m moof bridge -- true'
    folder = tmp_path / "gone"
    folder.mkdir()
    answer = subprocess.run(
        ["sh", "-c", script, "sh", str(folder), sys.executable],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.returncode == EXIT_STATUS_CANNOT_RUN
    assert "does not exist any more" in answer.stderr


def test_a_command_line_has_all_commands_or_the_chosen_one() -> None:
    assert set(typer.main.get_group(command_line()).commands) == set(COMMANDS)
    for name in COMMANDS:
        assert set(typer.main.get_group(command_line(name)).commands) == {name}


def test_the_start_of_the_built_in_mac_imports_neither_the_server_nor_the_bridge() -> None:
    script = "import sys, moof.cli.commands as c; c.command_line('emulator'); print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "moof.cli.emulator" in loaded
    assert not loaded & {
        "moof.bridge",
        "moof.server.app",
        "moof.server.config.options",
        "moof.cli.run",
        "numba",
    }

"""`moof serve` as a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from moof.cli.run import COMPILE, explain
from moof.server.config.options import ServerError

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_an_unknown_codec_is_explained(moof_command: MoofCommand) -> None:
    answer = moof_command("serve", "--codec", "mpeg1", "--http-port", "0", "--signaling-port", "0")
    assert answer.returncode == 2
    assert "h264" in answer.stderr


def test_an_unknown_keyboard_layout_is_explained(moof_command: MoofCommand) -> None:
    answer = moof_command("serve", "--keyboard-layout", "x", "--http-port", "0", "--signaling-port", "0")
    assert answer.returncode == 2
    assert "--keyboard-layout: there is no keyboard layout 'x'; there are us, british" in answer.stderr


def test_server_error_names_the_options_to_change() -> None:
    assert explain(ServerError("TLS cannot be had.")) == "TLS cannot be had."
    assert explain(ServerError("there is no codec 'x'.", "codec")) == "--codec: there is no codec 'x'."
    assert explain(ServerError("Port 80 is taken.", "http_port", "signaling_port")) == (
        "Port 80 is taken. Choose others with --http-port and --signaling-port."
    )


def test_the_program_that_compiles_the_kernels_names_each() -> None:
    answer = subprocess.run([sys.executable, "-c", COMPILE], capture_output=True, text=True, check=True)
    lines = answer.stdout.splitlines()
    assert [line.split(" of ")[0] for line in lines] == [str(number + 1) for number in range(len(lines))]
    assert any(line.endswith(": i420.convert") for line in lines)

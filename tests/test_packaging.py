"""Dockerfile, unit and their scripts name files, options, a status and an address that exist."""

from __future__ import annotations

import http.server
import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from moof.cli.commands import command_line
from moof.cli.terminal import fail

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
NEEDS_NAMESPACES = re.compile(
    r"^(Private|Protect|ReadWritePaths|ReadOnlyPaths|InaccessiblePaths|Capability)", re.M
)


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of that name in the Dockerfile."""
    text = (PACKAGING / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", text, re.M)


def directives(file: str, name: str) -> list[str]:
    """Return the values of each directive of that name in a unit file."""
    return re.findall(rf"^{name}=(.*)$", (PACKAGING / file).read_text(), re.M)


def health_check() -> list[str]:
    """Return the command of the image's health check."""
    (check,) = instructions("HEALTHCHECK")
    return [str(word) for word in json.loads(check.partition(" CMD ")[2])]


def run_options(arguments: Sequence[str]) -> dict[str, object]:
    """Return the parsed options of `moof ARGUMENTS`; raise an error for invalid ones."""
    command = typer.main.get_group(command_line()).commands[arguments[0]]
    with command.make_context("moof", list(arguments[1:])) as context:
        return context.params


def test_the_image_serves_the_port_of_its_health_check() -> None:
    moof, *arguments = json.loads(instructions("CMD")[0])
    assert moof == "moof"
    options = run_options(arguments)
    (ports,) = instructions("EXPOSE")
    port = ports.partition("/")[0]
    assert ports.split() == [f"{port}/tcp", f"{port}/udp"]
    assert f"http://127.0.0.1:{port}/" in " ".join(health_check())
    assert {options["http_port"], options["signaling_port"]} == {int(port)}
    assert options["media_ports"] == port


class HealthHandler(http.server.BaseHTTPRequestHandler):
    """Answers as a Mac at /user/ada/ does."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/user/ada/healthz" else 404)
        self.end_headers()


@pytest.mark.parametrize(("prefix", "status"), [("/user/ada/", 0), ("/user/bob/", 1)])
def test_the_health_check_asks_where_the_hub_lets_the_mac_listen(prefix: str, status: int) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), HealthHandler) as server:
        answering = threading.Thread(target=server.handle_request, name="health")
        answering.start()
        _, *words = health_check()
        variables = {"JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{server.server_port}{prefix}"}
        assert subprocess.run([sys.executable, *words], env=variables, check=False).returncode == status
        answering.join()


def test_copied_files_are_not_ignored_by_docker() -> None:
    copied = [
        word for line in instructions("COPY") if "--from" not in line for word in shlex.split(line)[:-1]
    ]
    assert {*copied} == {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_compiles_and_loads_kernels_for_the_same_processor() -> None:
    variables = [dict(word.split("=", 1) for word in shlex.split(line)) for line in instructions("ENV")]
    assert variables[0]["NUMBA_CPU_NAME"] == variables[-1]["NUMBA_CPU_NAME"] == "generic"


def test_the_unit_starts_an_existing_command() -> None:
    python, *arguments = shlex.split(directives("moof.service", "ExecStart")[0])
    assert python.startswith("%h/")
    assert arguments[:2] == ["-m", "moof"]
    run_options(arguments[2:])


def test_the_unit_does_not_restart_after_a_configuration_error() -> None:
    with pytest.raises(typer.Exit) as ending:
        fail("The port is taken.")
    assert directives("moof.service", "RestartPreventExitStatus") == [str(ending.value.exit_code)]


def test_options_that_need_namespaces_are_only_in_the_sandbox_file() -> None:
    """Without PrivateUsers, a user's service manager fails such a unit with 218/CAPABILITIES."""
    assert not NEEDS_NAMESPACES.search((PACKAGING / "moof.service").read_text())
    assert directives("sandbox.conf", "PrivateUsers") == ["yes"]


@pytest.mark.parametrize("script", ["try-image", "try-unit", "try-ways"])
def test_scripts_are_executable_and_parse(script: str) -> None:
    file = PACKAGING / script
    assert file.stat().st_mode & 0o111
    subprocess.run(["/bin/bash", "-n", str(file)], check=True)

"""What the Dockerfile, the unit and their scripts name does exist: files, options, status, address."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer

from moof.cli.commands import app
from moof.cli.terminal import fail

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
NEEDS_NAMESPACES = re.compile(
    r"^(Private|Protect|ReadWritePaths|ReadOnlyPaths|InaccessiblePaths|Capability)", re.M
)


def instructions(name: str) -> list[str]:
    """What follows that instruction in the Dockerfile, each time."""
    text = (PACKAGING / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", text, re.M)


def directives(file: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", (PACKAGING / file).read_text(), re.M)


def run_options(arguments: Sequence[str]) -> dict[str, object]:
    """What `moof ARGUMENTS` would be started with; an error if it does not take them."""
    command = typer.main.get_group(app).commands[arguments[0]]
    with command.make_context("moof", list(arguments[1:])) as context:
        return context.params


def test_the_image_starts_what_its_health_check_asks() -> None:
    moof, *arguments = json.loads(instructions("CMD")[0])
    assert moof == "moof"
    options = run_options(arguments)
    (check,) = instructions("HEALTHCHECK")
    (port,) = instructions("EXPOSE")
    assert f"127.0.0.1:{port}/healthz" in check
    assert {options["http_port"], options["signaling_port"]} == {int(port)}


def test_what_the_image_copies_reaches_the_builder() -> None:
    copied = [
        word for line in instructions("COPY") if "--from" not in line for word in shlex.split(line)[:-1]
    ]
    assert {*copied} == {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_compiles_kernels_where_it_looks_for_them() -> None:
    variables = [dict(word.split("=", 1) for word in shlex.split(line)) for line in instructions("ENV")]
    assert variables[0]["NUMBA_CACHE_DIR"] == variables[-1]["NUMBA_CACHE_DIR"]
    assert variables[0]["NUMBA_CPU_NAME"] == variables[-1]["NUMBA_CPU_NAME"] == "generic"


def test_the_unit_starts_something_that_there_is() -> None:
    python, *arguments = shlex.split(directives("moof.service", "ExecStart")[0])
    assert python.startswith("%h/")
    assert arguments[:2] == ["-m", "moof"]
    run_options(arguments[2:])


def test_the_unit_does_not_restart_what_a_person_must_mend() -> None:
    with pytest.raises(typer.Exit) as ending:
        fail("The port is taken.")
    assert directives("moof.service", "RestartPreventExitStatus") == [str(ending.value.exit_code)]


def test_what_needs_namespaces_stands_beside_the_right_to_make_them() -> None:
    """A user's service manager ends a unit with 218/CAPABILITIES otherwise."""
    assert not NEEDS_NAMESPACES.search((PACKAGING / "moof.service").read_text())
    assert directives("sandbox.conf", "PrivateUsers") == ["yes"]


@pytest.mark.parametrize("script", ["try-image", "try-unit"])
def test_scripts_are_executable_and_parse(script: str) -> None:
    file = PACKAGING / script
    assert file.stat().st_mode & 0o111
    subprocess.run(["/bin/bash", "-n", str(file)], check=True)

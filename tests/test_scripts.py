"""The shell scripts: which Python they choose, and what they print when there is none."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"


def find_python(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run find_python of scripts/environment.sh with only the programs in `path`."""
    command = f'. "{SCRIPTS}/environment.sh"; find_python'
    return subprocess.run(
        ["/bin/bash", "-c", command],
        env={"PATH": f"{path}:/usr/bin:/bin", "HOME": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def program(path: Path, name: str, script: str) -> Path:
    """Write an executable shell script."""
    file = path / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def only_old_python(tmp_path: Path) -> Path:
    """Return a folder whose python3 and newer names all fail the version check."""
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        program(tmp_path, name, 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')
    return tmp_path


def test_a_newer_python_is_chosen_over_an_old_python3(only_old_python: Path) -> None:
    program(only_old_python, "python3.12", f'exec {sys.executable} "$@"')
    assert find_python(only_old_python).stdout.strip() == str(only_old_python / "python3.12")


def test_moof_python_names_the_python(only_old_python: Path) -> None:
    mine = program(only_old_python, "mine", f'exec {sys.executable} "$@"')
    assert find_python(only_old_python, MOOF_PYTHON=str(mine)).stdout.strip() == str(mine)


def test_without_a_python_the_error_names_what_was_found_and_what_to_install(only_old_python: Path) -> None:
    answer = find_python(only_old_python)
    assert answer.returncode == 1
    assert "Python 3.9.2" in answer.stderr
    assert "apt install python3" in answer.stderr
    assert "MOOF_PYTHON" in answer.stderr


def in_environment_script(command: str, path: str) -> str:
    """Return what a command prints that uses the functions of scripts/environment.sh."""
    return subprocess.run(
        ["/bin/bash", "-c", f'. "{SCRIPTS}/environment.sh"; {command}'],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("lock", ["run", "dev", "hub"])
def test_all_locked_packages_but_two_are_installed_from_wheels(lock: str) -> None:
    file = SCRIPTS.parent / "requirements" / f"{lock}.txt"
    locked = {line.partition("==")[0] for line in file.read_text().splitlines() if line[0].isalpha()}
    allowed = in_environment_script(f"wheels_only '{file}'", "/usr/bin:/bin").strip().split(",")
    assert locked - {*allowed} == {"xcffib", "machine68k-amifuse"}


def test_missing_compiler_is_named(tmp_path: Path) -> None:
    for name in ("dirname", "cat"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    words = in_environment_script(f"what_compiling_lacks '{sys.executable}'", str(tmp_path))
    assert "apt install gcc libc6-dev" in words
    (tmp_path / "gcc").symlink_to("/bin/true")
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    words = in_environment_script(f"what_compiling_lacks '{sys.executable}'", str(tmp_path))
    assert (words == "") is headers


@pytest.mark.parametrize("script", ["run", "test", "lock", "fuzz"])
def test_scripts_are_executable_and_parse(script: str) -> None:
    file = SCRIPTS / script
    assert file.stat().st_mode & 0o111
    subprocess.run(["/bin/bash", "-n", str(file)], check=True)

"""`moof hub-server` as a process, where JupyterHub has not started it."""

import os
import subprocess
import sys

import pytest

from support.hub_stand_in import VARIABLES


def start(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "moof", "hub-server", *options]
    return subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=60
    )


def test_without_the_hub_it_says_what_starts_it() -> None:
    ended = start()
    assert ended.returncode == 2
    assert "c.Spawner.cmd" in " ".join(ended.stderr.split())


@pytest.mark.parametrize("value", ["http://127.0.0.1:port/"])
def test_what_is_not_valid_is_named(value: str) -> None:
    ended = start(**{**VARIABLES, "JUPYTERHUB_SERVICE_URL": value})
    assert ended.returncode == 2
    assert "not valid" in " ".join(ended.stderr.split())


def test_it_cannot_be_open_to_all() -> None:
    ended = start("--insecure", **VARIABLES)
    assert ended.returncode == 2
    assert "every user of the Hub" in " ".join(ended.stderr.split())

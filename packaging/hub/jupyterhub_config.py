"""JupyterHub on one machine, for a class or a museum: each user has a Mac of their own.

`packaging/hub/run` starts it. Environment variables choose what differs from place to place; everything
else of JupyterHub can be set here, too (its documentation: "Configuration Reference").
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from urllib.parse import quote

from jupyterhub.spawner import SimpleLocalProcessSpawner
from tornado.web import HTTPError

from moof.process.bound_command import bound_command
from moof.server.hub.start_page import HubMac, chosen, start_arguments, start_form

c = get_config()  # noqa: F821 - JupyterHub defines it

# A shell's background job ignores SIGINT, and so would the culler, which the Hub ends by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

data = Path(os.environ.get("MOOF_HUB_DATA", Path.home() / ".local/share/moof-hub"))
data.mkdir(mode=0o700, parents=True, exist_ok=True)

c.JupyterHub.bind_url = os.environ.get("MOOF_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{data / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(data / "cookie-secret")
c.JupyterHub.hub_port = int(os.environ.get("MOOF_HUB_PORT", "8081"))
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ.get('MOOF_HUB_PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.pid_file = str(data / "proxy.pid")
# The Hub and its proxy may be started again, or be upgraded, while Macs run.
c.JupyterHub.cleanup_servers = False


def password(name: str) -> str:
    """Return a password from a file, which is made at the first start."""
    path = data / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n", "utf-8")
    return path.read_text("utf-8").strip()


# Who signs in. With one password for all, any name is a user: enough for a class. The user "teacher" has
# another password, and administers the Hub. Others: PAM (users of this machine), or GitHub, Google, LDAP and
# many more by the package oauthenticator.
c.JupyterHub.authenticator_class = os.environ.get("MOOF_HUB_AUTHENTICATOR", "shared-password")
if c.JupyterHub.authenticator_class == "shared-password":
    c.SharedPasswordAuthenticator.user_password = password("password")
    c.SharedPasswordAuthenticator.admin_password = password("teacher-password")
c.Authenticator.allow_all = True
c.Authenticator.admin_users = set(os.environ.get("MOOF_HUB_ADMINS", "teacher").split())

# All that a Mac keeps is in one folder, `users`/NAME/mac: states, disks, documents, settings. Where several
# machines start Macs, `users` is on a file system that all of them have.
users = Path(os.environ.get("MOOF_HUB_USERS", data / "users"))

# One Mac for each user. Where all run as the same user of this machine (no root),
# they trust each other; with root, "sudospawner", "systemdspawner" or "dockerspawner" keep them apart.
chosen_spawner = os.environ.get("MOOF_HUB_SPAWNER", "simple")


class MacSpawner(SimpleLocalProcessSpawner):
    """Says at once that a Mac has ended as it started: the Hub alone would wait for the time limit."""

    async def start(self) -> tuple[str, int]:
        """Start the Mac's process, and return its address when it listens there."""
        address = await super().start()
        # As the Hub does afterwards, which may be killed meanwhile and then finds the Mac.
        self.server.ip, self.server.port = address
        self.orm_spawner.state = self.get_state()
        self.user.db.commit()
        while not await listens(*address):
            status = await self.poll()
            if status is not None:
                text = f"The Mac has ended with status {status} as it started. The Hub's log has the reason."
                raise HTTPError(500, text, reason=text)
            await asyncio.sleep(0.2)
        return address


async def listens(host: str, port: int) -> bool:
    """Return whether a process accepts connections at an address."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


c.JupyterHub.spawner_class = MacSpawner if chosen_spawner == "simple" else chosen_spawner
c.SimpleLocalProcessSpawner.home_dir_template = str(users / "{username}")
c.Spawner.cmd = [os.environ.get("MOOF_HUB_PYTHON", sys.executable), "-m", "moof", "hub-server"]
c.Spawner.default_url = "/"
# The first Mac of a machine compiles its kernels; when a class comes at once, all wait for the processors.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180


def mac_folder(user: str, name: str) -> Path:
    """Return the folder of a user's Mac of this name, "" for the first one."""
    return users / file_name(user) / file_name(f"mac-{name}" if name else "mac")


def file_name(text: str) -> str:
    """Return a name for a file that no name of a user or a Mac leads out of its folder."""
    return quote(text, safe="").replace(".", "%2E")


def own_folder(spawner: object) -> None:
    """Give each of a user's Macs a folder of its own."""
    spawner.environment = kept_in(mac_folder(spawner.user.name, spawner.name))


def kept_in(folder: Path) -> dict[str, str]:
    """Return the variables by which a Mac keeps everything in a folder."""
    return {
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
    }


if chosen_spawner == "docker":
    # Each Mac in a container of packaging/Dockerfile (pip install dockerspawner), its folder on a volume that
    # stays. The containers reach the Hub at MOOF_HUB_IP, the address of Docker's bridge. UDP does not reach
    # them: pictures and sound come over the WebSocket, or by a TURN server (MOOF_ICE_SERVER).
    volume = Path("/home/mac/.local/share/moof")
    c.JupyterHub.hub_ip = os.environ.get("MOOF_HUB_IP", "172.17.0.1")
    c.DockerSpawner.image = os.environ.get("MOOF_HUB_IMAGE", "moof")
    c.DockerSpawner.cmd = ["moof", "hub-server"]
    c.DockerSpawner.volumes = {"moof-{username}-{servername}": str(volume)}
    c.DockerSpawner.environment = {**kept_in(volume), "XDG_DATA_HOME": str(volume.parent)}
    c.DockerSpawner.extra_host_config = {"init": True, "shm_size": "256m"}
    c.DockerSpawner.remove = True
else:
    c.Spawner.pre_spawn_hook = own_folder

# The page before a start: the Mac's last picture, going on or starting anew, the user's other Macs, and a
# choice of emulators (recipes of Moof's, or those of the machine's moof.toml) if some are named.
emulators = os.environ.get("MOOF_HUB_EMULATORS", "").split()


def start_page(spawner: object) -> str:
    """Return the page's form."""
    user, hub = spawner.user, spawner.hub.base_url
    names = {"", *(each.name for each in user.all_spawners())} - {spawner.name}
    address = f"{hub}spawn/{quote(user.name, safe='')}/"
    others = [
        HubMac(name or "First Mac", address + quote(name, safe=""), mac_folder(user.name, name))
        for name in sorted(names)
    ]
    return start_form(mac_folder(user.name, spawner.name), others, emulators, f"{hub}home")


def apply_choices(spawner: object, options: dict[str, object]) -> None:
    """Start the Mac as its user chose."""
    spawner.args = start_arguments(options, emulators, time.time())


c.Spawner.options_form = start_page
c.Spawner.options_from_form = lambda form: chosen(form, time.time())
c.Spawner.apply_user_options = apply_choices

c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = 3
c.JupyterHub.active_server_limit = int(os.environ.get("MOOF_HUB_MACS", "30"))

# Whom a user shares the Mac with watches it; with the role "mac-player" they play, too.
c.JupyterHub.custom_scopes = {"custom:moof:play": {"description": "Use mouse and keyboard of a Mac."}}
c.Spawner.oauth_client_allowed_scopes = ["custom:moof:play"]
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", "shares!user"]},
    {"name": "mac-player", "scopes": ["custom:moof:play"]},
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    },
]

# A Mac that nobody has used for an hour ends.
culler = [
    sys.executable,
    "-m",
    "jupyterhub_idle_culler",
    f"--timeout={os.environ.get('MOOF_HUB_IDLE_SECONDS', '3600')}",
    f"--cull-every={os.environ.get('MOOF_HUB_CULL_SECONDS', '60')}",
]
# The culler ends with the Hub, also when the Hub is killed: its token is worth nothing then.
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": bound_command(culler, signal.SIGTERM, os.environ),
    }
]

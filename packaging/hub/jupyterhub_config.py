"""JupyterHub on one machine, for a class or a museum: each user has a Mac of their own.

`packaging/hub/run` starts it. Environment variables choose what differs from place to place; everything
else of JupyterHub can be set here, too (its documentation: "Configuration Reference").
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import quote

c = get_config()  # noqa: F821 - JupyterHub defines it

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

# One Mac for each user, in a folder of its own. Where all run as the same user of this machine (no root),
# they trust each other; with root, "sudospawner", "systemdspawner" or "dockerspawner" keep them apart.
c.JupyterHub.spawner_class = os.environ.get("MOOF_HUB_SPAWNER", "simple")
c.SimpleLocalProcessSpawner.home_dir_template = str(data / "users" / "{username}")
c.Spawner.cmd = [os.environ.get("MOOF_HUB_PYTHON", sys.executable), "-m", "moof", "hub-server"]
c.Spawner.default_url = "/"
c.Spawner.start_timeout = 120  # the first Mac of a machine compiles its kernels
c.Spawner.http_timeout = 60


def own_folder(spawner: object) -> None:
    """Give each of a user's Macs a folder for its settings, documents and login sessions."""
    mac = f"mac-{spawner.name}" if spawner.name else "mac"
    user, mac = (quote(each, safe="").replace(".", "%2E") for each in (spawner.user.name, mac))
    spawner.environment = {"XDG_DATA_HOME": str(data / "users" / user / mac)}


c.Spawner.pre_spawn_hook = own_folder
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
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={os.environ.get('MOOF_HUB_IDLE_SECONDS', '3600')}",
            f"--cull-every={os.environ.get('MOOF_HUB_CULL_SECONDS', '60')}",
        ],
    }
]

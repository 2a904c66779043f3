"""What JupyterHub tells a server that it starts: environment variables, read and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from moof.server.config.page_path import check_base_path

_NEEDED: Final = (
    "JUPYTERHUB_SERVICE_URL",
    "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTERHUB_API_URL",
    "JUPYTERHUB_API_TOKEN",
    "JUPYTERHUB_CLIENT_ID",
    "JUPYTERHUB_OAUTH_CALLBACK_URL",
    "JUPYTERHUB_USER",
)
_ALL_ADDRESSES: Final = "0.0.0.0"
"""What an URL without a host means to a spawner."""


class HubError(Exception):
    """The environment is not that of a server which JupyterHub has started; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class HubEnvironment:
    """The variables JUPYTERHUB_… that JupyterHub 2 and later set (its "Services" reference).

    `host` and `port` are to be listened on, `prefix` is the path below which everything is served, with a
    slash at both ends. `api_url` is that of the Hub's REST API, without a slash at its end, `api_token` this
    server's own token for it. `hub_url` is the address of the Hub for browsers, maybe a path alone, with a
    slash at its end. `scopes` are the access scopes of which a user needs one.
    """

    host: str
    port: int
    prefix: str
    api_url: str
    api_token: str = field(repr=False)
    client_id: str
    callback: str
    user: str
    server_name: str
    hub_url: str
    scopes: frozenset[str]
    activity_url: str

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Return what the variables say. Raises HubError."""
        if missing := [name for name in _NEEDED if not variables.get(name)]:
            raise HubError(
                f"{', '.join(missing)} is not set: JupyterHub starts this command (c.Spawner.cmd), and sets "
                "it. To start a Mac yourself: moof run"
            )
        address = urlsplit(variables["JUPYTERHUB_SERVICE_URL"])
        try:
            prefix = check_base_path(variables["JUPYTERHUB_SERVICE_PREFIX"])
            port = address.port
            scopes = json.loads(variables.get("JUPYTERHUB_OAUTH_ACCESS_SCOPES") or "[]")
        except ValueError as error:
            raise HubError(f"What JupyterHub has set is not valid: {error}.") from error
        if port is None:
            raise HubError(f"JUPYTERHUB_SERVICE_URL has no port: {address.geturl()}")
        if not isinstance(scopes, list):
            raise HubError("JUPYTERHUB_OAUTH_ACCESS_SCOPES is not a list in JSON.")
        return cls(
            address.hostname or _ALL_ADDRESSES,
            port,
            prefix,
            variables["JUPYTERHUB_API_URL"].rstrip("/"),
            variables["JUPYTERHUB_API_TOKEN"],
            variables["JUPYTERHUB_CLIENT_ID"],
            variables["JUPYTERHUB_OAUTH_CALLBACK_URL"],
            variables["JUPYTERHUB_USER"],
            variables.get("JUPYTERHUB_SERVER_NAME", ""),
            _hub_url(variables),
            frozenset(str(each) for each in scopes),
            variables.get("JUPYTERHUB_ACTIVITY_URL", ""),
        )

    @property
    def callback_path(self) -> str:
        """The path of the callback below the prefix, for example "/oauth_callback"."""
        path = urlsplit(self.callback).path
        return "/" + path.removeprefix(self.prefix).lstrip("/")


def _hub_url(variables: Mapping[str, str]) -> str:
    """Return the Hub's address for browsers: a path where users' servers have the Hub's host."""
    if public := variables.get("JUPYTERHUB_PUBLIC_HUB_URL"):
        return public.rstrip("/") + "/"
    base = variables.get("JUPYTERHUB_BASE_URL") or "/"
    return f"{variables.get('JUPYTERHUB_HOST', '').rstrip('/')}{base.rstrip('/')}/hub/"

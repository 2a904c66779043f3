"""A stand-in for JupyterHub's REST API, in this process: codes, tokens, users and their scopes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import FastAPI, HTTPException, Request, Response

from moof.server.config.hub_environment import HubEnvironment

VARIABLES = {
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:38715/user/ada/",
    "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
    "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api",
    "JUPYTERHUB_API_TOKEN": "the server's",
    "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada",
    "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
    "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:servers!server=ada/", "access:servers!user=ada"]',
    "JUPYTERHUB_ACTIVITY_URL": "http://127.0.0.1:8081/hub/api/users/ada/activity",
    "JUPYTERHUB_USER": "ada",
    "JUPYTERHUB_SERVER_NAME": "",
    "JUPYTERHUB_BASE_URL": "/",
}
"""As JupyterHub 6.1 sets them."""
ENVIRONMENT = HubEnvironment.read(VARIABLES)
ACCESS = "access:servers!server=ada/"


@dataclass
class HubStandIn:
    """Each code and token is the name of its user; `status` is the answer to everything unless 0."""

    scopes: dict[str, list[str]] = field(default_factory=lambda: {"ada": [ACCESS]})
    admins: set[str] = field(default_factory=set)
    status: int = 0
    activities: list[Any] = field(default_factory=list)

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """What connects a client with it."""
        return httpx.ASGITransport(self._app())

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def fail(request: Request, call_next: Any) -> Any:
            if self.status:
                return Response(status_code=self.status)
            return await call_next(request)

        @app.post("/hub/api/oauth2/token")
        async def token(request: Request) -> dict[str, str]:
            form = dict(parse_qsl((await request.body()).decode()))
            if form["client_secret"] != ENVIRONMENT.api_token or (code := form["code"]) not in self.scopes:
                raise HTTPException(400)
            return {"access_token": code}

        @app.get("/hub/api/user")
        async def user(request: Request) -> dict[str, Any]:
            name = request.headers["authorization"].removeprefix("token ")
            if name not in self.scopes:
                raise HTTPException(403)
            return {"name": name, "admin": name in self.admins, "scopes": self.scopes[name]}

        @app.post("/hub/api/users/ada/activity")
        async def activity(request: Request) -> None:
            self.activities.append(await request.json())

        return app

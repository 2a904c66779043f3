"""A client of routers alone, in this process: no socket, no access rules, the answers to errors as ever."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, FastAPI

from moof.server.http import problems


def api_client(*routers: APIRouter, url: str = "http://localhost") -> httpx.AsyncClient:
    """Return a client of an application that has these routers; `url` is what it is reached as."""
    app = FastAPI()
    problems.install(app)
    for router in routers:
        app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url)

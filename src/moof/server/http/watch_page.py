"""The page on which many watch: by way of an SFU, so that they cost this server nothing but the page."""

from dataclasses import asdict
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from moof.server.auth.access import WATCH_PATH
from moof.server.auth.roles import Permission
from moof.server.http.page_files import REVALIDATE
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.http.security_headers import security_headers
from moof.server.publish.watch_room import WatchRoom
from moof.web import page_root

_NOTHING: Final = "Nothing is published to a Janus now."


class WatchReport(BaseModel):
    """Where the page `/watch` connects: Janus' WebSocket, its room, the pin to join, the publisher's id."""

    url: str
    room: int
    pin: str
    feed: int


def watch_page(room: WatchRoom) -> APIRouter:
    """Return the page's routes."""
    router = APIRouter()

    @router.get(WATCH_PATH, include_in_schema=False)
    @needs(Permission.WATCH)
    async def watch() -> Response:
        """Return the page, which may connect to Janus, too."""
        headers = security_headers(connect=[_origin(room.url)] if room.url else [])
        policy = {"content-security-policy": headers["content-security-policy"]}
        return FileResponse(str(page_root() / "watch.html"), headers=REVALIDATE | policy)

    @router.get(f"{WATCH_PATH}.json", responses=problem_responses(401, 404))
    @needs(Permission.WATCH)
    async def place(response: Response) -> WatchReport:
        """Return where the page /watch connects, 404 while nothing is published to a Janus."""
        if room.place is None:
            raise HTTPException(404, _NOTHING)
        response.headers["cache-control"] = "no-store"
        return WatchReport(**asdict(room.place))

    return router


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

"""`POST /api/text`: types a text in the Mac, for scripts."""

import asyncio
from typing import Final, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.server.auth.principal import PRINCIPAL
from moof.server.auth.roles import NotAllowedError, Permission
from moof.server.http.backend import Backend
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.protocol.keyboard_messages import MAX_TEXT, TextProgress
from moof.server.session.text_queue import TextOwner, TextQueueError

_LOOK_SECONDS: Final = 0.5
_TEXT_ID: Final = "api"


class TextBody(BaseModel):
    """The body of `POST /api/text`."""

    text: str = Field(max_length=MAX_TEXT)


class TextReport(BaseModel):
    """A text that has been typed; `missing` has the characters that cannot be, each once."""

    typed: int
    total: int
    missing: str
    state: Literal["done", "stopped"]


class RequestedText(TextOwner):
    """The text of one request."""

    def __init__(self) -> None:
        self.progress = TextProgress(_TEXT_ID, 0, 0, "", "typing")
        self.ended = asyncio.Event()

    def text_progress(self, progress: TextProgress) -> None:
        """Keep the progress."""
        self.progress = progress
        if progress.state != "typing":
            self.ended.set()


def text_api(backend: Backend) -> APIRouter:
    """Return the route."""
    typist = backend.typist
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))

    @router.post("/text", responses=problem_responses(400, 409, 411, 413, 422))
    @needs(Permission.PLAY)
    async def type_text(body: TextBody, request: Request) -> TextReport:
        """Type a text in the Mac, behind those that wait; answer when it is typed.

        It stops if the client disconnects. New lines become Return, tabs Tab. While mouse and keyboard are
        passed on, a player's text is typed only as long as the player's own page has them.
        """
        text, viewer = RequestedText(), f"api-{id(request)}"
        try:
            backend.admit_request(request.scope[PRINCIPAL])
            typist.type_text(viewer, _TEXT_ID, body.text, text)
            await _end(text, request, backend)
        except (TextQueueError, NotAllowedError) as error:
            raise HTTPException(409, str(error)) from error
        finally:
            typist.remove_viewer(viewer)
        return _report(text.progress)

    return router


async def _end(text: RequestedText, request: Request, backend: Backend) -> None:
    """Wait until the text has ended or the client has disconnected.

    Raises NotAllowedError once somebody else has the keyboard.
    """
    while not text.ended.is_set() and not await request.is_disconnected():
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await text.ended.wait()
        except TimeoutError:
            backend.admit_request(request.scope[PRINCIPAL])


def _report(progress: TextProgress) -> TextReport:
    """Return the answer. Raises HTTPException if the text has failed."""
    if progress.state == "failed":
        typed = f"{progress.typed} of {progress.total} characters have been typed"
        raise HTTPException(409, f"{progress.message} {typed}.")
    state: Literal["done", "stopped"] = "done" if progress.state == "done" else "stopped"
    return TextReport(typed=progress.typed, total=progress.total, missing=progress.missing, state=state)

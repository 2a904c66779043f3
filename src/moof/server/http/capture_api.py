"""`POST /api/capture`: during a capture (docs/sound-proof.md) the page sends the sound that it played."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from moof.capture.tap import is_capture_folder
from moof.capture.wavfile import write_wav
from moof.ipc import capture_path
from moof.server.auth.roles import Permission
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs

PATH: Final = "/api/capture"
MAX_PAGES: Final = 8
_BINARY_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Recorded(BaseModel):
    """The file that was written: its name in the capture's folder, and its length in frames."""

    name: str
    frames: int


def capture_api(emulator_pid: Callable[[], int | None]) -> APIRouter:
    """Return the route /api/capture; `emulator_pid` returns the emulator whose sound the page plays."""
    router = APIRouter(responses=problem_responses(401, 403))

    @router.post(PATH, openapi_extra=_BINARY_BODY, responses=problem_responses(400, 409, 411, 413, 422))
    @needs(Permission.MANAGE)
    async def recorded(
        request: Request,
        rate: Annotated[int, Query(ge=8_000, le=192_000)],
        channels: Annotated[int, Query(ge=1, le=2)],
    ) -> Recorded:
        """Keep the sound that a page played: signed 16-bit little-endian samples, interleaved."""
        pid = emulator_pid()
        folder = capture_path(pid) if pid is not None else None
        if folder is None or not is_capture_folder(folder):
            raise HTTPException(409, "No capture is under way: `moof capture` starts one.")
        try:
            data = await request.body()
        except ClientDisconnect as error:
            raise HTTPException(400, "The recording is incomplete.") from error
        if not data or len(data) % (2 * channels):
            raise HTTPException(
                422, f"{len(data)} bytes are no whole number of frames of {channels} channels."
            )
        return await asyncio.to_thread(_write, folder, rate, channels, data)

    return router


def _write(folder: Path, rate: int, channels: int, data: bytes) -> Recorded:
    samples = np.frombuffer(data, "<i2").astype(np.int16).reshape(-1, channels)
    number = len(list(folder.glob("page*.wav"))) + 1
    if number > MAX_PAGES:
        raise HTTPException(409, f"The capture already has the recordings of {MAX_PAGES} pages.")
    name = "page.wav" if number == 1 else f"page-{number}.wav"
    try:
        write_wav(folder / name, rate, samples)
    except OSError as error:  # the capture may have ended just now, and its folder been removed
        raise HTTPException(409, f"The recording could not be written: {error.strerror}.") from error
    return Recorded(name=name, frames=len(samples))

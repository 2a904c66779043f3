"""The page's part of a capture (docs/sound-proof.md): it POSTs what it played while one is under way."""

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

from .problems import problem_responses

PATH: Final = "/api/capture"
MOST_PAGES: Final = 8
_RAW: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Recorded(BaseModel):
    """What was kept: the file's name in the capture's folder, and its length in frames."""

    name: str
    frames: int


def capture_api(emulator_pid: Callable[[], int | None]) -> APIRouter:
    """Return /api/capture; `emulator_pid` says whose sound the pages play."""
    router = APIRouter(responses=problem_responses(401, 403))

    @router.post(PATH, openapi_extra=_RAW, responses=problem_responses(400, 409, 411, 413, 422))
    async def recorded(
        request: Request,
        rate: Annotated[int, Query(ge=8_000, le=192_000)],
        channels: Annotated[int, Query(ge=1, le=2)],
    ) -> Recorded:
        """Take what a page played: signed 16-bit little-endian samples, interleaved."""
        pid = emulator_pid()
        folder = capture_path(pid) if pid is not None else None
        if folder is None or not is_capture_folder(folder):
            raise HTTPException(409, "Nobody captures the sound now: moof capture does.")
        try:
            data = await request.body()
        except ClientDisconnect as error:
            raise HTTPException(400, "The recording broke off.") from error
        if not data or len(data) % (2 * channels):
            raise HTTPException(422, f"{len(data)} bytes are not whole frames of {channels} channels.")
        return await asyncio.to_thread(_keep, folder, rate, channels, data)

    return router


def _keep(folder: Path, rate: int, channels: int, data: bytes) -> Recorded:
    samples = np.frombuffer(data, "<i2").astype(np.int16).reshape(-1, channels)
    number = len(list(folder.glob("page*.wav"))) + 1
    if number > MOST_PAGES:
        raise HTTPException(409, f"{MOST_PAGES} pages have been recorded already.")
    name = "page.wav" if number == 1 else f"page-{number}.wav"
    try:
        write_wav(folder / name, rate, samples)
    except OSError as error:  # the capture has just been collected
        raise HTTPException(409, f"The recording could not be kept: {error.strerror}.") from error
    return Recorded(name=name, frames=len(samples))
